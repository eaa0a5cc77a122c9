#pragma once
// The parts of an RTO in the order in which they pass, and where each comes from.
#include <array>

namespace writepath {

struct RtoPart {
  const char* metric;
  const char* label;
  /// "input": a configured interval. "emergent": it came out of the mechanism.
  const char* kind;
};

/// They add up to rto_s. detect_s and reconnect_s of the metrics are whole; here what options
/// configure of a detection stands apart.
inline constexpr std::array<RtoPart, 8> rto_parts{
    {{"detect_configured_s", "detect: intervals x failures", "input"},
     {"detect_rest_s", "detect: the rest", "emergent"},
     {"elect_s", "elect", "emergent"},
     {"start_s", "start", "input"},
     {"survey_s", "survey", "emergent"},
     {"recover_s", "recover", "emergent"},
     {"reconnect_s", "reconnect", "emergent"},
     {"first_commit_s", "first commit", "emergent"}}};

}  // namespace writepath
