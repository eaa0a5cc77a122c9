#pragma once
// Book-keeping over a run's facts: what became of each transaction that a client wanted.
#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "tests/support/played.hpp"

namespace writepath::test {

/// "text17"; g++ 12 warns, wrongly, of "text" + std::to_string(17).
inline std::string numbered(const char* text, std::int64_t number) {
  std::string result(text);
  result += std::to_string(number);
  return result;
}

/// How often each ticket (group and intended start; the tests' arrivals don't coincide) ended.
struct Ends {
  int started = 0, born = 0, acked = 0, failed = 0, unknown = 0;
  int all() const { return acked + failed + unknown; }
};
using EndsByTicket = std::map<std::pair<std::int64_t, std::int64_t>, Ends>;

inline EndsByTicket ends_of(const Played& played) {
  EndsByTicket ends;
  for (const FactRecord& fact : played.facts) {
    const bool started = fact.name == "transaction_started";
    const bool acked = fact.name == "commit_acked", failed = fact.name == "commit_failed";
    const bool unknown = fact.name == "commit_unknown";
    if (!started && !acked && !failed && !unknown) continue;
    Ends& ticket = ends[{fact["group"], fact["intended_start_ns"]}];
    ticket.started += started;
    ticket.born += started && fact["t_ns"] == fact["intended_start_ns"];
    ticket.acked += acked;
    ticket.failed += failed;
    ticket.unknown += unknown;
  }
  return ends;
}

/// The first ticket that did not end exactly once, as text; empty when all did. Clients of one
/// machine that was stopped begin their next tickets at one instant: those are told apart by number
/// only.
inline std::string ended_wrongly(const Played& played) {
  for (const auto& [ticket, ends] : ends_of(played))
    if (ends.all() != std::max<decltype(ends.all())>(1, ends.born))
      return numbered("group ", ticket.first) + numbered(" at ", ticket.second) +
             numbered(" ended so often: ", ends.all());
  return {};
}

}  // namespace writepath::test
