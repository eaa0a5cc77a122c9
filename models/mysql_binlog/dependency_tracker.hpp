#pragma once
// What a source stamps its transactions with, so that replicas know what may run in parallel
// (sql/rpl_trx_tracking.cc). Memory is bounded by the history's size; it belongs to one
// incarnation.
#include <cstdint>

#include "models/mysql_binlog/options.hpp"
#include "sim/core/flat_map.hpp"
#include "sim/core/ids.hpp"

namespace writepath::mysql {

/// For each transaction, in the order of the binlog: begin(), row() for each row, end().
class DependencyTracker {
 public:
  /// `log_end`: the last position before this source's own.
  DependencyTracker(DependencyTracking tracking, std::int64_t history_size, std::uint64_t log_end);

  /// `commit_parent`: the last position that the engine had committed when this one, prepared, held
  /// all its locks. Their lock intervals overlap unless it is at least the other's position.
  void begin(std::uint64_t seq, std::uint64_t commit_parent, std::uint64_t rows);
  void row(Key key);
  /// DDL: depends on all before it, and all after it depend on it.
  void ddl();
  /// `last_committed`: a replica may start it once everything up to there is committed.
  std::uint64_t end();

  bool wants_rows() const { return tracking_ == DependencyTracking::writeset; }
  std::uint64_t history() const { return last_writer_.size(); }

 private:
  void forget_history();

  DependencyTracking tracking_;
  std::uint64_t history_size_;
  FlatMap<std::uint64_t> last_writer_;  ///< by row: the position that changed it last
  std::uint64_t history_start_;         ///< what depends on anything forgotten depends on this
  std::uint64_t last_ddl_;
  // The transaction between begin() and end().
  std::uint64_t seq_ = 0, commit_parent_ = 0, row_parent_ = 0, rows_ = 0;
  bool exceeds_history_ = false;
};

}  // namespace writepath::mysql
