#pragma once
// The answers as text for people, JSON and CSV for programs.
#include <cstddef>
#include <string>

#include "sim/durability/solve.hpp"

namespace writepath::durability {

std::string text_report(const Answers&, std::size_t width);
std::string json_report(const Answers&);
/// Tidy: name, the swept keys, placement, measure, method, probability, low, high, ... (RFC 4180).
std::string csv_report(const Answers&);

}  // namespace writepath::durability
