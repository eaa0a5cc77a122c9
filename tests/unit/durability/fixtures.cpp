#include "tests/unit/durability/fixtures.hpp"

namespace writepath::durability {

Placement two_of_three() {
  return {"two-of-three", {{1, 0}, {1, 0}, {1, 0}}, {{2, 0}}, {{2, 0}}, {}};
}
Placement four_of_six() {
  return {"four-of-six", {{2, 0}, {2, 0}, {2, 0}}, {{4, 0}}, {{3, 0}}, {}};
}
Placement full_and_tail() {
  return {"full-and-tail", {{1, 1}, {1, 1}, {1, 1}}, {{4, 0}, {0, 3}}, {{3, 1}}, {}};
}
Placement in_one_az(std::int64_t copies, std::int64_t enough) {
  return {"in-one-az", {{copies, 0}}, {{enough, 0}}, {{enough, 0}}, {{1, 1}}};
}

Spec rare() {
  Spec spec;
  spec.name = "rare";
  return spec;
}

Spec frequent() {
  Spec spec;
  spec.name = "frequent";
  spec.segment_gb = 10'000;
  spec.rates = {2, 4, 7'200, 1, 36'000, 0.3};
  return spec;
}

}  // namespace writepath::durability
