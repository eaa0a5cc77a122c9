#pragma once
// The parts of an RTO in the order in which they pass, and where each comes from.
#include <array>

namespace writepath {

struct RtoPart {
  const char* metric;
  /// "input": a configured interval. "emergent": it came out of the mechanism.
  const char* kind;
};

/// They add up to rto_s. What options configure of a detection stands apart.
inline constexpr std::array<RtoPart, 8> rto_parts{{{"detect_configured_s", "input"},
                                                   {"detect_rest_s", "emergent"},
                                                   {"elect_s", "emergent"},
                                                   {"start_s", "input"},
                                                   {"survey_s", "emergent"},
                                                   {"recover_s", "emergent"},
                                                   {"reconnect_s", "emergent"},
                                                   {"first_commit_s", "emergent"}}};

}  // namespace writepath
