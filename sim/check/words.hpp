#pragma once
// Words for witnesses.
#include <string>

#include "sim/core/ids.hpp"
#include "sim/core/time.hpp"
#include "sim/metrics/config.hpp"

namespace writepath {

inline std::string words(LogPlace place) {
  return "epoch " + std::to_string(place.epoch.value) + " position " +
         std::to_string(place.seq.value);
}
/// "12.345678901 s": to the nanosecond.
inline std::string words_at(TimeNs at) {
  std::string fraction = std::to_string(at % ns_per_s);
  fraction.insert(0, 9 - fraction.size(), '0');
  return "at " + std::to_string(at / ns_per_s) + "." + fraction + " s";
}
inline const std::string& name_in(const MetricsConfig& config, NodeId node) {
  static const std::string nobody = "no node";
  return node.value < config.nodes.size() ? config.nodes[node.value].name : nobody;
}

}  // namespace writepath
