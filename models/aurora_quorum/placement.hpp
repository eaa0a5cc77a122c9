#pragma once
// Where the copies of every protection group lie, and what each of them holds: a full segment log
// and pages, a tail segment the log alone (SIGMOD 2018, S4.2).
#include <cstddef>
#include <string>
#include <vector>

#include "models/common/quorum.hpp"

namespace writepath::aurora {

struct Options;
struct QuorumSpec;

struct Placement {
  std::vector<std::string> azs;    ///< by copy
  std::vector<std::string> names;  ///< by copy: "a1", "a2", "b1": an AZ and a number within it
  CopySet full = 0;                ///< which of them hold pages, too

  std::size_t copies() const { return azs.size(); }
  CopySet all() const { return QuorumRule::all_of(copies()); }
  bool is_full(std::size_t copy) const { return full >> copy & 1; }

  /// The copies that a rule means by "all", "full", "tail", an AZ or a copy's name; none: there is
  /// no such copy.
  CopySet called(const std::string& name) const;
  /// The copies in each AZ, in the order of their first.
  std::vector<CopySet> by_az() const;
};

Placement placement_of(const Options&);
QuorumRule rule_of(const QuorumSpec&, const Placement&);

}  // namespace writepath::aurora
