#pragma once
// InnoDB's redo log: a buffer in the server's memory, and a file. What crash recovery finds depends
// on how far the buffer was written and the file flushed (innodb_flush_log_at_trx_commit).
#include <cstdint>

#include "sim/core/ring.hpp"
#include "sim/engine/event.hpp"
#include "sim/engine/servers.hpp"
#include "sim/engine/task.hpp"
#include "sim/world/storage.hpp"

namespace writepath::mysql {

class RedoLog {
 public:
  RedoLog(EventQueue& queue, DurableFile& file);

  /// Mini-transactions put their records into the log buffer. Returns the LSN after them.
  std::uint64_t append(std::uint64_t bytes);
  /// The transaction with commit number `seq` is prepared by the records before `lsn`.
  void prepared(std::uint64_t seq, std::uint64_t lsn);
  /// The engine commits everything up to `seq`: a record of its own in the log buffer.
  void committed(std::uint64_t seq);

  /// The log buffer to the operating system.
  void write();
  /// write() and flush, as one request of its own; co_await it.
  WriteWait flush();
  /// log_write_up_to: ends when the file is flushed up to `lsn`. One flush at a time; whoever comes
  /// meanwhile waits for the next, which serves them all.
  Task<> flush_up_to(std::uint64_t lsn, Servers& cpu);
  bool has_unflushed() const { return lsn_ > file_.durable(); }
  std::uint64_t end() const { return lsn_; }
  /// No crash takes this away.
  std::uint64_t settled() const { return file_.durable_everywhere(); }

  /// What recovery from the file as it is would find prepared, and committed.
  std::uint64_t prepared_through() const { return found(prepared_, file_.written()); }
  std::uint64_t committed_through() const { return found(committed_, file_.written()); }
  /// The same of what is flushed already.
  std::uint64_t durably_prepared_through() const { return found(prepared_, file_.durable()); }
  std::uint64_t durably_committed_through() const { return found(committed_, file_.durable()); }
  /// A new process: the log buffer is gone, and so is what waited for it.
  void lose_buffer();
  /// The file is a mirror of the other log's: what its records mean is known from there.
  void adopt(const RedoLog& mirrored);
  /// Recovery or a copy ends here: everything up to `seq` is committed and durable.
  void restart_at(std::uint64_t seq);

 private:
  /// Commit numbers by the LSN that makes each true, as far back as the file may still lose.
  class Marks {
   public:
    void add(std::uint64_t seq, std::uint64_t lsn, std::uint64_t durable);
    std::uint64_t reached(std::uint64_t lsn) const;
    void forget_after(std::uint64_t lsn);
    void restart_at(std::uint64_t seq) { settled_ = seq, marks_.restart(marks_.end()); }

   private:
    struct Mark {
      std::uint64_t seq = 0, lsn = 0;
    };
    Ring<Mark> marks_;
    std::uint64_t settled_ = 0;  ///< durable, and dropped from `marks_`
  };

  /// An empty file belongs to a storage that was lost.
  static std::uint64_t found(const Marks& marks, std::uint64_t lsn) {
    return lsn == 0 ? 0 : marks.reached(lsn);
  }

  DurableFile& file_;
  std::uint64_t lsn_ = 0;              ///< end of the log buffer
  std::uint64_t unwritten_bytes_ = 0;  ///< in the log buffer only
  Marks prepared_, committed_;
  std::uint64_t flushed_lsn_ = 0;  ///< by flush_up_to
  bool flushing_ = false;
  Signal flush_ended_;
};

}  // namespace writepath::mysql
