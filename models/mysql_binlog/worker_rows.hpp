#pragma once
// The workers of a parallel applier, and the rows that they hold until they commit. MySQL's stamps
// keep conflicting transactions apart; with MariaDB's modes a worker may meet a row that another
// holds: the later transaction always gives way, for it must commit later anyway.
#include <cstdint>
#include <deque>
#include <vector>

#include "models/mysql_binlog/binlog_content.hpp"
#include "sim/core/flat_map.hpp"
#include "sim/engine/event.hpp"

namespace writepath::mysql {

struct Worker {
  Worker(EventQueue& queue, std::uint32_t number) : index(number), wake(queue) {}
  std::uint64_t seq() const { return session.place.seq.value; }

  std::uint32_t index;
  Signal wake;  ///< a transaction, its turn, a row, or an order to roll back has come
  bool busy = false;
  bool executing = false;  ///< not yet ready to commit
  bool must_roll_back = false;
  bool waits_for_row = false;
  BinlogEvent event;
  ServerSession session;  ///< its transaction and place, for the group commit
  std::vector<Key> rows;  ///< that it holds
};

class WorkerRows {
 public:
  explicit WorkerRows(std::deque<Worker>& workers) : workers_(workers) {}

  /// False: another one holds it. A later one is told to roll back; either way, ask again when
  /// woken.
  bool take(Worker& me, Key row);
  /// All that it holds; wakes those who wait for rows.
  void release(Worker& me);

 private:
  std::deque<Worker>& workers_;
  FlatMap<std::uint32_t> holders_;  ///< by row: a worker's index
  std::uint32_t waiting_ = 0;
};

}  // namespace writepath::mysql
