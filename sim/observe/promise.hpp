#pragma once
// What an architecture promises before anything has run, in a form that a run can be held against.
#include <cstdint>
#include <optional>
#include <string>

namespace writepath {

/// What may be missing at a time.
struct Extent {
  std::uint32_t nodes = 0;                 ///< any so many nodes
  std::uint32_t azs = 0;                   ///< or any so many whole AZs
  std::optional<std::uint32_t> beside_az;  ///< or any one AZ and any so many nodes outside it
};

struct Promise {
  /// The nodes that count: Aurora's storage nodes, or the database servers themselves.
  enum class Over { storage, servers } over = Over::servers;
  Extent keeps;  ///< acknowledged transactions survive while no more than this is missing
  /// It keeps them only while what is missing is dead. Nobody fences a primary that lives on out of
  /// sight: it acknowledges, on replicas that don't yet know better, what its successor never gets.
  bool missing_is_dead = false;
  Extent writes;  ///< and writes go on once everything is back but this
  /// No two servers acknowledge transactions on diverging histories.
  bool one_primary = false;
  /// Nobody reads, within `keeps`, what is lost afterwards.
  bool reads_are_kept = false;
  /// A metric of the run: above 0, the promise of `keeps` is void ("semi_sync_fallbacks").
  std::string void_if;
};

}  // namespace writepath
