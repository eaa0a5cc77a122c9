#include "models/mysql_binlog/worker_rows.hpp"

#include <utility>

namespace writepath::mysql {

bool WorkerRows::take(Worker& me, Key row) {
  if (std::exchange(me.waits_for_row, false)) --waiting_;
  const std::uint32_t* const holder = holders_.find(row);
  if (holder == nullptr) {
    holders_[row] = me.index;
    me.rows.push_back(row);
    return true;
  }
  if (*holder == me.index) return true;
  Worker& other = workers_[*holder];
  if (other.seq() > me.seq() && !std::exchange(other.must_roll_back, true)) other.wake.notify_all();
  me.waits_for_row = true;
  ++waiting_;
  return false;
}

void WorkerRows::release(Worker& me) {
  if (std::exchange(me.waits_for_row, false)) --waiting_;
  for (const Key row : me.rows) holders_.erase(row);
  me.rows.clear();
  if (waiting_ == 0) return;
  for (Worker& worker : workers_)
    if (worker.waits_for_row) worker.wake.notify_all();
}

}  // namespace writepath::mysql
