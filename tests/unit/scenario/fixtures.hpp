#pragma once
// A catalog of two small models that bear the real ones' names, so that scenarios which leave the
// options out read the same here as in the program, and a few metric names.
#include <string>

#include "sim/scenario/load.hpp"

namespace writepath::fixtures {

/// Options of the fake models: enough to see defaults, ranges, nesting and rules over several keys.
struct FakeOptions : ModelOptions {
  struct Copies {
    std::string az;
    std::int64_t n = 2;
  };
  enum class Wait { none, some, all } wait = Wait::some;
  std::int64_t wait_for = 1;
  std::vector<Copies> copies;
  DeviceSpec device = default_device(StorageKind::attached);
};

const ModelCatalog& catalog();
const MetricNames& metrics();

/// A small scenario that is right.
std::string good_text();
/// The same with the first occurrence of `what` replaced.
std::string good_text_but(const std::string& what, const std::string& with);
/// A scenario that uses everything the format has.
std::string full_text();

LoadResult load(const std::string& text, const std::vector<std::string>& sets = {});
/// All diagnostics, a line each.
std::string messages(const LoadResult&);
std::string messages_of(const std::string& text, const std::vector<std::string>& sets = {});

}  // namespace writepath::fixtures
