#include "tests/support/measured_point.hpp"

#include <cmath>
#include <cstdio>
#include <cstdlib>

#include "tests/catch.hpp"

namespace writepath::test {

namespace {

void note(const MeasuredPoint& point, double low, double high, double here, double tolerance) {
  const char* const path = std::getenv("WRITEPATH_POINTS");
  if (path == nullptr) return;
  std::FILE* const file = std::fopen(path, "a");
  REQUIRE(file != nullptr);
  std::fprintf(file, "%s\t%s\t%s\t%.9g\t%.9g\t%.9g\t%.9g\n", point.cell.c_str(),
               point.figure.c_str(), point.unit.c_str(), low, high, here, tolerance);
  std::fclose(file);
}

}  // namespace

void within(const MeasuredPoint& point, double measured, double here, double tolerance) {
  note(point, measured, measured, here, tolerance);
  INFO(point.cell << ": " << point.figure << ": measured " << measured << ", here " << here);
  CHECK(std::abs(here - measured) <= tolerance * std::abs(measured));
}

void inside(const MeasuredPoint& point, double low, double high, double here) {
  note(point, low, high, here, 0);
  INFO(point.cell << ": " << point.figure << ": measured " << low << " to " << high << ", here "
                  << here);
  CHECK(here >= low);
  CHECK(here <= high);
}

}  // namespace writepath::test
