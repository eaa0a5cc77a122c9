// Undo recovery at the writer (SIGMOD 2017, S4.3): what it costs to list the transactions in
// flight, and to take back one of their changes. Order and locks: models/common/undo.hpp.
#include "models/aurora_quorum/instance.hpp"
#include "models/aurora_quorum/redo.hpp"

namespace writepath::aurora {

namespace {
/// Before a page that no storage node could serve is asked for anew. Assumption, range 0.01 to 1 s.
constexpr DurationNs next_page_read_after = from_ms(100);
}  // namespace

// ---- the list

Task<> Writer::read_undo_headers(std::vector<InFlightTransaction>& in_flight) {
  if (pages_.hold_all()) co_return;
  undo_headers_.clear();
  for (std::uint64_t n = 0; n < Layout::rollback_segments; ++n)
    undo_headers_.push_back(cluster_.layout.rollback_segment(n));
  for (const InFlightTransaction& transaction : in_flight)
    undo_headers_.push_back(cluster_.layout.undo_page_of(transaction.txn.id));
  const auto at_once = static_cast<std::uint32_t>(cluster_.options.undo.list_reads_at_once);
  QuorumWait all_read(cluster_.queue(), at_once);
  for (std::uint32_t i = 0; i < at_once; ++i)
    node().scope().spawn(read_some_undo_headers(all_read.token()));
  co_await all_read.reached();
}

Task<> Writer::read_some_undo_headers(QuorumToken done) {
  while (!undo_headers_.empty()) {
    const Page page = undo_headers_.back();
    undo_headers_.pop_back();
    co_await must_make_resident(page);
  }
  QuorumWait::deliver(cluster_.queue(), done);
}

void Writer::found(const std::vector<InFlightTransaction>& in_flight) {
  undo_.found(epoch(), in_flight);
  if (cluster_.options.broken != Broken::frees_rows_before_undo) return;
  for (const InFlightTransaction& transaction : in_flight) locks_.release(transaction.txn.id);
}

/// Recovery and undo can't do without the page: they wait until somebody serves it.
Task<> Writer::must_make_resident(Page page) {
  while (!pages_.hold_all()) {
    const bool here = co_await make_resident(page);
    if (here) co_return;
    co_await sleep_for(cluster_.queue(), next_page_read_after);
  }
  pages_.hit(1);
}

// ---- a change taken back: "other than for logging the writes" undo is normal processing (MySQL
// 8.0 manual, 17.18.2), so its redo goes the way of any redo

Task<bool> Writer::undo_change(Transaction txn, std::uint32_t change) {
  const TransactionType& type = cluster_.context.type_of(txn.type);
  const Redo redo(type, cluster_.options, txn, cluster_.context.keys(), cluster_.layout);
  const std::uint32_t rows = rows_changed(type, change + 1) - rows_changed(type, change);
  const DurationNs work = from_us(cluster_.options.undo.row_cpu_us * rows);
  if (work > 0) co_await node().cpu().serve(work);
  const Page page = redo.page(change);
  co_await must_make_resident(page);
  const std::uint64_t bytes = co_await room_for_record(page, redo.bytes(change));
  if (!open_) co_return false;
  append(page, bytes);
  log_->end_mtr();
  log_->undo_segments().changed(txn, change, log_->end());
  stream_.submit();
  co_return true;
}

Task<bool> Writer::end_undo(Transaction txn) {
  const Redo redo(cluster_.context.type_of(txn.type), cluster_.options, txn,
                  cluster_.context.keys(), cluster_.layout);
  const Page page = redo.commit_page();
  co_await must_make_resident(page);
  const std::uint64_t bytes = co_await room_for_record(page, redo.commit_bytes());
  if (!open_) co_return false;
  append(page, bytes);
  log_->end_mtr();
  log_->undo_segments().ended(txn.id, log_->end());
  stream_.submit();
  co_return true;
}

/// For a mini-transaction of one record: what of it is left to write.
Task<std::uint64_t> Writer::room_for_record(Page page, std::uint64_t bytes) {
  if (bytes > lal_)
    bytes = co_await append_within_limit(page, bytes);
  else if (must_wait(bytes))
    co_await room_in_log(bytes);
  if (!pages_.hold_all()) co_await room_for(page, bytes);
  co_return bytes;
}

}  // namespace writepath::aurora
