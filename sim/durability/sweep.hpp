#pragma once
// "az_outages_per_year=0.01..1": a key that takes several values in turn.
#include <string>
#include <utility>
#include <vector>

#include "sim/durability/spec.hpp"

namespace writepath::durability {

struct Sweep {
  std::string key;
  std::vector<double> values;
};

/// Fills `sweep`, or says what is wrong with the text. VALUES are "A..B" (A, 3 A, 10 A, 30 A, ...
/// and B) or "A,B,C".
std::string parse_sweep(const std::string& text, Sweep& sweep);

/// One point of several sweeps: the values set, and how to call it.
struct Point {
  Spec spec;
  std::vector<std::pair<std::string, double>> set;
};
/// Every combination, the last key varying fastest; the spec alone without any.
std::vector<Point> points_of(const Spec&, const std::vector<Sweep>&);

}  // namespace writepath::durability
