#pragma once
// The four session guarantees of Terry et al. (PDIS 1994), judged by their definitions: by what the
// server's database held when it answered, which a read's place in history says exactly. So a
// violation counts also where the values alone could not have told it.
//
// A session is a process of the history: a client whose write stays in doubt begins a new one.
// Only what was acknowledged counts.
#include <array>
#include <cstdint>
#include <vector>

#include "sim/check/register_history.hpp"

namespace writepath {

enum class SessionGuarantee : std::uint8_t {
  read_your_writes,     ///< a read's database holds the session's earlier writes
  monotonic_reads,      ///< ... and the writes that its earlier reads returned
  monotonic_writes,     ///< a write follows the session's earlier writes in every history
  writes_follow_reads,  ///< ... and the writes that the session's earlier reads returned
  count_
};
inline constexpr std::size_t session_guarantees =
    static_cast<std::size_t>(SessionGuarantee::count_);
const char* name_of(SessionGuarantee);

struct SessionFindings {
  struct Finding {
    std::uint64_t violations = 0;  ///< operations that violate it
    std::size_t operation = 0;     ///< the first of them, by its end ...
    std::size_t missed = 0;        ///< ... and the earlier operation whose effect it lacks
  };
  std::array<Finding, session_guarantees> of{};
  const Finding& operator[](SessionGuarantee g) const { return of[static_cast<std::size_t>(g)]; }
};

/// `history` as RegisterHistory::operations() gives it; `lineage` must know every fork.
SessionFindings judge_sessions(const std::vector<RegisterOperation>& history,
                               const Lineage& lineage);

}  // namespace writepath
