#include "sim/core/check.hpp"

#include <cstdio>
#include <cstdlib>
#include <utility>

namespace writepath {

namespace {
std::string& reproduce_line() {
  static std::string line;
  return line;
}
}  // namespace

void set_reproduce_line(std::string line) { reproduce_line() = std::move(line); }

void check_failed(const char* condition, const char* file, int line, const char* message) {
  std::fflush(stdout);
  std::fprintf(stderr, "writepath: internal error: %s (%s) at %s:%d\n", message, condition, file,
               line);
  if (!reproduce_line().empty())
    std::fprintf(stderr, "writepath: reproduce with: %s\n", reproduce_line().c_str());
  std::abort();
}

}  // namespace writepath
