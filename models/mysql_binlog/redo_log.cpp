#include "models/mysql_binlog/redo_log.hpp"

#include <algorithm>

namespace writepath::mysql {

RedoLog::RedoLog(EventQueue& queue, DurableFile& file) : file_(file), flush_ended_(queue) {}

std::uint64_t RedoLog::append(std::uint64_t bytes) {
  bytes = std::max<std::uint64_t>(1, bytes);  // the prepare is a record, whatever else there is
  lsn_ += bytes;
  unwritten_bytes_ += bytes;
  return lsn_;
}

void RedoLog::prepared(std::uint64_t seq, std::uint64_t lsn) {
  prepared_.add(seq, lsn, file_.durable_everywhere());
}

void RedoLog::committed(std::uint64_t seq) {
  // The commit record's few bytes are part of the transaction's redo_bytes; here it needs a place.
  committed_.add(seq, ++lsn_, file_.durable_everywhere());
}

void RedoLog::write() {
  file_.append(unwritten_bytes_, lsn_);
  unwritten_bytes_ = 0;
}

WriteWait RedoLog::flush() {
  write();
  return file_.flush();
}

Task<> RedoLog::flush_up_to(std::uint64_t lsn, Servers& cpu) {
  while (flushed_lsn_ < lsn) {
    if (flushing_) {
      co_await flush_ended_.wait();
      co_await cpu.turn();
      continue;
    }
    flushing_ = true;
    const std::uint64_t target = lsn_;
    co_await flush();
    co_await cpu.turn();
    flushed_lsn_ = target;
    flushing_ = false;
    flush_ended_.notify_all();
  }
}

void RedoLog::lose_buffer() {
  lsn_ = file_.written();
  unwritten_bytes_ = 0;
  prepared_.forget_after(lsn_);
  committed_.forget_after(lsn_);
  flushed_lsn_ = std::min(flushed_lsn_, lsn_);
  flushing_ = false;
}

void RedoLog::adopt(const RedoLog& mirrored) {
  prepared_ = mirrored.prepared_;
  committed_ = mirrored.committed_;
  flushed_lsn_ = 0;
  lose_buffer();
}

void RedoLog::restart_at(std::uint64_t seq) {
  file_.truncate(++lsn_);
  unwritten_bytes_ = 0;
  prepared_.restart_at(seq);
  committed_.restart_at(seq);
}

void RedoLog::Marks::add(std::uint64_t seq, std::uint64_t lsn, std::uint64_t durable) {
  while (!marks_.empty() && marks_.front().lsn <= durable) {
    settled_ = marks_.front().seq;
    marks_.pop();
  }
  // An order that was given later than the prepare does not make the prepare any earlier.
  if (!marks_.empty()) lsn = std::max(lsn, marks_.back().lsn);
  marks_.push({seq, lsn});
}

std::uint64_t RedoLog::Marks::reached(std::uint64_t lsn) const {
  std::uint64_t seq = settled_;
  for (std::uint64_t n = marks_.begin(); n != marks_.end() && marks_.at(n).lsn <= lsn; ++n)
    seq = marks_.at(n).seq;
  return seq;
}

void RedoLog::Marks::forget_after(std::uint64_t lsn) {
  const std::uint64_t kept = reached(lsn);
  restart_at(kept);
}

}  // namespace writepath::mysql
