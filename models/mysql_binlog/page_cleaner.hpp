#pragma once
// InnoDB's page cleaner: how many pages it writes (adaptive flushing by checkpoint age, storage/
// innobase/buf/buf0flu.cc of MySQL 8.0), how (doublewrite, in place, flush), and what waits when
// the redo log is full (log_free_check; the limits: Options::redo_limits).
#include <array>
#include <cstdint>

#include "models/mysql_binlog/options.hpp"
#include "models/mysql_binlog/pages.hpp"
#include "sim/engine/event.hpp"
#include "sim/engine/scope.hpp"
#include "sim/world/storage.hpp"

namespace writepath::mysql {

/// Where changed pages go. A page of the tablespaces is written by a request of its own; the files
/// are here for their flushes.
struct PageFiles {
  explicit PageFiles(StorageDevice& storage)
      : device(storage),
        doublewrite(storage.create_file("doublewrite", Purpose::doublewrite)),
        tablespaces(storage.create_file("tablespaces", Purpose::page)) {}
  StorageDevice& device;
  DurableFile& doublewrite;
  DurableFile& tablespaces;
};

class PageCleaner {
 public:
  PageCleaner(EventQueue& queue, const Options& options, PageFiles& files, FlushList& flush_list,
              std::uint64_t page_bytes, std::uint64_t frames);

  /// The coordinator and its threads, for the life of `scope`.
  void start(Scope& scope);

  /// Redo since the oldest change that no finished write of its page covers.
  std::uint64_t checkpoint_age_bytes() const;
  /// A statement is about to change pages: it waits while the checkpoint age is above its limit.
  bool redo_is_full() const { return checkpoint_age_bytes() > sync_age_; }
  Task<> wait_for_redo();
  /// One page that must be clean before its frame is used again; the caller's own write.
  Task<> write_page(std::uint64_t page);

  std::uint64_t pages_written() const { return pages_written_; }

 private:
  static constexpr std::size_t most_threads = 64;  ///< innodb_page_cleaners' range
  static constexpr std::uint64_t nothing = ~std::uint64_t{0};

  Task<> coordinate();
  Task<> write_batches(std::size_t thread);
  Task<> write_batch(std::size_t thread, std::uint64_t pages);
  double pages_wanted_per_s() const;
  double io_capacity_percent() const;
  std::uint64_t pages_due() const;
  void sync_flush();

  EventQueue& queue_;
  const Options& options_;
  PageFiles& files_;
  FlushList& flush_list_;
  std::uint64_t page_bytes_;
  double frames_;
  std::uint64_t lwm_age_, async_age_, sync_age_;

  double page_budget_ = 0;      ///< of this round
  std::uint64_t sync_lsn_ = 0;  ///< pages changed up to here are due, whatever the budget
  /// Of each thread's batch under way: the oldest change in it.
  std::array<std::uint64_t, most_threads> batch_lsn_;
  std::uint64_t pages_written_ = 0;
  Signal work_, checkpoint_advanced_;

  /// A mean over the last rounds; right from the first one on.
  class RecentMean {
   public:
    void add(double x);
    double value() const { return weight_ > 0 ? sum_ / weight_ : 0; }

   private:
    double sum_ = 0, weight_ = 0;
  };
  RecentMean redo_bytes_per_s_, pages_per_s_;
};

}  // namespace writepath::mysql
