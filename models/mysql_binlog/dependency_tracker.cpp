#include "models/mysql_binlog/dependency_tracker.hpp"

#include <algorithm>

namespace writepath::mysql {

DependencyTracker::DependencyTracker(DependencyTracking tracking, std::int64_t history_size,
                                     std::uint64_t log_end)
    : tracking_(tracking),
      history_size_(static_cast<std::uint64_t>(history_size)),
      history_start_(log_end),
      last_ddl_(log_end) {}

void DependencyTracker::begin(std::uint64_t seq, std::uint64_t commit_parent, std::uint64_t rows) {
  seq_ = seq;
  commit_parent_ = commit_parent;
  row_parent_ = history_start_;
  rows_ = rows;
  exceeds_history_ = last_writer_.size() + rows > history_size_;
}

// Writeset_trx_dependency_tracker::get_dependency. A transaction that does not fit still looks up
// its rows in the history that it then ends, and leaves none of its own.
void DependencyTracker::row(Key key) {
  if (!wants_rows()) return;
  std::uint64_t* const writer = last_writer_.find(key);
  if (writer != nullptr) {
    if (*writer < seq_) row_parent_ = std::max(row_parent_, *writer);
    *writer = seq_;
  } else if (!exceeds_history_) {
    last_writer_[key] = seq_;
  }
}

void DependencyTracker::ddl() {
  last_ddl_ = seq_;
  commit_parent_ = seq_ - 1;
  rows_ = 0;
}

std::uint64_t DependencyTracker::end() {
  std::uint64_t last_committed = commit_parent_;
  if (tracking_ == DependencyTracking::writeset) {
    // Without rows there is nothing to compare: commit order decides, and history begins anew.
    if (rows_ > 0) last_committed = std::min(last_committed, row_parent_);
    if (rows_ == 0 || exceeds_history_) forget_history();
  }
  // Never itself, which its own DDL mark would name.
  return std::max(last_committed, last_ddl_ < seq_ ? last_ddl_ : last_committed);
}

void DependencyTracker::forget_history() {
  history_start_ = seq_;
  last_writer_.clear();
}

}  // namespace writepath::mysql
