#pragma once
// What the files that describe the options share.
#include "models/aurora_quorum/options.hpp"

namespace writepath::aurora {

inline constexpr Range gb_range{0, 65'536, true};
inline constexpr Range us_range{0, 1e6};

bool placement_is_legal(const Options&);
void describe_copies(Fields&, Options&, const ArchitectureSpec&, const Scenario&);
void describe_quorums(Fields&, Options&);
void describe_log(Fields&, Options&);

}  // namespace writepath::aurora
