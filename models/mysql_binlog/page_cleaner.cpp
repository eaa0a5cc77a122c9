#include "models/mysql_binlog/page_cleaner.hpp"

#include <algorithm>
#include <cmath>

#include "sim/engine/sleep.hpp"

namespace writepath::mysql {

namespace {

// InnoDB decides once a second; here a tenth of it ten times a second, so that a second's pages do
// not stand before a commit's flush in one burst (the device is first come, first served).
constexpr int rounds_per_s = 10;
// innodb_flushing_avg_loops, default 30 iterations of a second (MySQL 8.0 manual).
constexpr double rounds_remembered = 30.0 * rounds_per_s;
// buf_flush_lsn_scan_factor (buf0flu.cc).
constexpr double lsn_scan_factor = 3;

}  // namespace

PageCleaner::PageCleaner(EventQueue& queue, const Options& options, PageFiles& files,
                         FlushList& flush_list, std::uint64_t page_bytes, std::uint64_t frames)
    : queue_(queue),
      options_(options),
      files_(files),
      flush_list_(flush_list),
      page_bytes_(page_bytes),
      frames_(static_cast<double>(frames)),
      lwm_age_(static_cast<std::uint64_t>(options.redo_limits().capacity_bytes *
                                          options.innodb_adaptive_flushing_lwm_percent / 100)),
      async_age_(static_cast<std::uint64_t>(options.redo_limits().async_bytes)),
      sync_age_(static_cast<std::uint64_t>(options.redo_limits().sync_bytes)),
      work_(queue),
      checkpoint_advanced_(queue) {
  batch_lsn_.fill(nothing);
}

void PageCleaner::start(Scope& scope) {
  scope.spawn(coordinate());
  for (std::int64_t thread = 0; thread < options_.innodb_page_cleaners; ++thread)
    scope.spawn(write_batches(static_cast<std::size_t>(thread)));
}

std::uint64_t PageCleaner::checkpoint_age_bytes() const {
  const std::uint64_t in_batches =
      *std::min_element(batch_lsn_.begin(), batch_lsn_.begin() + options_.innodb_page_cleaners);
  return flush_list_.redo_lsn() - std::min(flush_list_.oldest_lsn(), in_batches);
}

// ---- how many pages

Task<> PageCleaner::coordinate() {
  std::uint64_t last_lsn = flush_list_.redo_lsn(), last_pages = pages_written_;
  for (;;) {
    co_await sleep_for(queue_, ns_per_s / rounds_per_s);
    const std::uint64_t redo_bytes = flush_list_.redo_lsn() - last_lsn;
    const std::uint64_t pages = pages_written_ - last_pages;
    last_lsn += redo_bytes;
    last_pages += pages;
    redo_bytes_per_s_.add(static_cast<double>(redo_bytes) * rounds_per_s);
    pages_per_s_.add(static_cast<double>(pages) * rounds_per_s);
    // A fraction of a page is kept for the next round; whole ones that were not written are not:
    // the next decision sees what is left.
    page_budget_ = page_budget_ - std::floor(page_budget_) + pages_wanted_per_s() / rounds_per_s;
    if (pages_due() > 0) work_.notify_all();
  }
}

// Adaptive_flush::set_flush_target_by_lsn.
double PageCleaner::pages_wanted_per_s() const {
  const double ahead = lsn_scan_factor * redo_bytes_per_s_.value();
  const auto reached = flush_list_.oldest_lsn() + static_cast<std::uint64_t>(ahead);
  const double for_lsn =
      std::min(static_cast<double>(flush_list_.pages_up_to(reached)) / lsn_scan_factor,
               2 * options_.innodb_io_capacity_max);
  const double by_pressure = options_.innodb_io_capacity * io_capacity_percent() / 100;
  return std::min((by_pressure + pages_per_s_.value() + for_lsn) / 3,
                  options_.innodb_io_capacity_max);
}

// get_pct_for_dirty and get_pct_for_lsn; the larger counts.
double PageCleaner::io_capacity_percent() const {
  const double dirty = 100 * static_cast<double>(flush_list_.size()) / frames_;
  const double most = options_.innodb_max_dirty_pages_pct;
  double for_dirty = 0;
  if (dirty >= most)
    for_dirty = 100;
  else if (options_.innodb_max_dirty_pages_pct_lwm > 0 &&
           dirty >= options_.innodb_max_dirty_pages_pct_lwm)
    for_dirty = dirty * 100 / (most + 1);
  const std::uint64_t age = checkpoint_age_bytes();
  if (age < lwm_age_) return for_dirty;
  const double factor = 100 * static_cast<double>(age) / static_cast<double>(async_age_);
  // An integer division there.
  const double boost = std::floor(options_.innodb_io_capacity_max / options_.innodb_io_capacity);
  const double for_lsn = boost * factor * std::sqrt(factor) / 7.5;
  return std::max(for_dirty, for_lsn);
}

std::uint64_t PageCleaner::pages_due() const {
  const auto budget = std::min(static_cast<std::uint64_t>(page_budget_), flush_list_.size());
  return std::max(budget, flush_list_.pages_up_to(sync_lsn_));
}

// ---- writing them

Task<> PageCleaner::write_batches(std::size_t thread) {
  for (;;) {
    const std::uint64_t due = pages_due();
    if (due == 0)
      co_await work_.wait();
    else
      co_await write_batch(
          thread, std::min(due, static_cast<std::uint64_t>(options_.innodb_doublewrite_pages)));
  }
}

Task<> PageCleaner::write_batch(std::size_t thread, std::uint64_t pages) {
  batch_lsn_[thread] = flush_list_.oldest_lsn();
  std::uint64_t taken = 0;
  for (; taken < pages && !flush_list_.empty(); ++taken) flush_list_.take_oldest();
  page_budget_ = std::max(0.0, page_budget_ - static_cast<double>(taken));

  if (options_.innodb_doublewrite) {
    const std::uint64_t bytes = taken * page_bytes_;
    files_.doublewrite.append(bytes, files_.doublewrite.written() + bytes);
    co_await files_.doublewrite.flush();
  }
  co_await files_.device.write_all(taken, page_bytes_, Purpose::page);
  co_await files_.tablespaces.flush();

  batch_lsn_[thread] = nothing;
  pages_written_ += taken;
  if (redo_is_full())
    sync_flush();
  else
    checkpoint_advanced_.notify_all();
}

Task<> PageCleaner::write_page(std::uint64_t page) {
  if (options_.innodb_doublewrite) {
    files_.doublewrite.append(page_bytes_, files_.doublewrite.written() + page_bytes_);
    co_await files_.doublewrite.flush();
  }
  co_await files_.device.write_through(page_bytes_, Purpose::page);
  co_await files_.tablespaces.flush();
  flush_list_.written(page);
  ++pages_written_;
}

// ---- a full redo log

Task<> PageCleaner::wait_for_redo() {
  while (redo_is_full()) {
    sync_flush();
    co_await checkpoint_advanced_.wait();
  }
}

// log_checkpoint_margin and buf_flush_request_force: as far as the excess goes twice, and three
// seconds of redo ahead; innodb_io_capacity_max does not hold (innodb_flush_sync, default ON).
void PageCleaner::sync_flush() {
  const std::uint64_t excess = checkpoint_age_bytes() - sync_age_;
  const double ahead = lsn_scan_factor * redo_bytes_per_s_.value();
  const std::uint64_t oldest = flush_list_.redo_lsn() - checkpoint_age_bytes();
  sync_lsn_ = std::max(sync_lsn_, std::min(oldest + 2 * excess + static_cast<std::uint64_t>(ahead),
                                           flush_list_.redo_lsn()));
  work_.notify_all();
}

void PageCleaner::RecentMean::add(double x) {
  constexpr double kept = 1 - 1 / rounds_remembered;
  sum_ = sum_ * kept + x;
  weight_ = weight_ * kept + 1;
}

}  // namespace writepath::mysql
