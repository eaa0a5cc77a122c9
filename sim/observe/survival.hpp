#pragma once
// What an architecture's rules promise, before anything has run: a fact about it, computed by its
// model.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace writepath {

/// What may be lost while something still goes on.
struct Survival {
  std::string what;          ///< "writes", "reads"
  std::uint32_t copies = 0;  ///< any so many copies
  std::uint32_t azs = 0;     ///< any so many whole AZs
  /// Any one AZ and any so many copies outside it; empty: not even one AZ.
  std::optional<std::uint32_t> copies_beside_az;
  std::vector<std::string> stopped_by;  ///< a smallest set of copies whose loss ends it
};

}  // namespace writepath
