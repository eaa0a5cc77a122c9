#pragma once
// sync_binlog: after how many groups of commits a binlog is flushed. Sources and appliers count
// alike.
#include <cstdint>

namespace writepath::mysql {

class SyncSchedule {
 public:
  /// 0: never by the server.
  explicit SyncSchedule(std::int64_t sync_binlog) : every_(sync_binlog) {}

  /// Whether the group that is about to pass is the one that flushes.
  bool is_due() const { return every_ > 0 && groups_ + 1 >= every_; }
  /// It passes. Returns is_due().
  bool pass() {
    const bool due = is_due();
    groups_ = due ? 0 : groups_ + 1;
    return due;
  }

 private:
  std::int64_t every_;
  std::int64_t groups_ = 0;  ///< since the last flush
};

}  // namespace writepath::mysql
