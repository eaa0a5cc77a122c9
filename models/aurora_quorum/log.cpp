#include "models/aurora_quorum/log.hpp"

#include <algorithm>

namespace writepath::aurora {

namespace {

/// The first number in the ring whose item has an LSN above `lsn`; end() if none has.
template <class T>
std::uint64_t first_after(const Ring<T>& ring, std::uint64_t lsn) {
  std::uint64_t low = ring.begin(), high = ring.end();
  while (low < high) {
    const std::uint64_t middle = low + (high - low) / 2;
    if (ring[middle].lsn > lsn)
      high = middle;
    else
      low = middle + 1;
  }
  return low;
}

}  // namespace

Log::Log(const Layout& layout, Epoch epoch)
    : layout_(&layout), epoch_(epoch), oldest_commit_{epoch, {0}}, groups_(layout.groups()) {}

Log::Log(const Log& parent, Epoch epoch, std::uint64_t vdl, std::uint64_t lal) : Log(parent) {
  truncate(vdl);
  epoch_ = epoch;
  base_ = end_ = vdl + lal;
}

Log::Placed Log::append(Page page, std::uint32_t bytes) {
  const GroupId group = layout_->group_of(page);
  GroupTail& tail = groups_[group];
  const std::uint64_t before = end_;
  end_ += bytes;
  const std::uint64_t number = records_.push({end_, page, blocks_.link(page, end_), 0, false});
  // The chain runs within a boxcar only: between boxcars, what it leads to may be gone.
  const bool opened = !tail.open;
  if (opened) {
    Boxcar boxcar;
    boxcar.before = before;
    boxcar.group_before = tail.last_lsn;
    boxcar.previous = tail.last_boxcar;
    boxcar.first_record = number;
    boxcar.group = group;
    tail.last_boxcar = boxcars_.push(boxcar);
    if (boxcars_.holds(boxcar.previous)) boxcars_[boxcar.previous].next = tail.last_boxcar;
    tail.open = true;
  } else {
    records_[tail.last_record].to_next_in_group =
        static_cast<std::uint32_t>(number - tail.last_record);
  }
  Boxcar& boxcar = boxcars_[tail.last_boxcar];
  boxcar.last = end_;
  ++boxcar.records;
  boxcar.bytes += bytes;
  tail.last_lsn = end_;
  tail.last_record = number;
  return {tail.last_boxcar, opened};
}

void Log::end_mtr() { records_.back().ends_mtr = true; }

std::uint64_t Log::add_commit(TxnId txn, std::uint64_t boxcar) {
  const std::uint64_t seq = commits_.push({end_, boxcar, boxcars_[boxcar].commits, txn, epoch_});
  boxcars_[boxcar].commits = seq;
  undo_.ended(txn, end_);
  return seq;
}

Boxcar& Log::depart(std::uint64_t number, TimeNs now) {
  Boxcar& boxcar = boxcars_[number];
  boxcar.departed = true;
  boxcar.departed_at = now;
  groups_[boxcar.group].open = false;
  return boxcar;
}

std::uint64_t Log::record_after(std::uint64_t lsn) const { return first_after(records_, lsn); }

std::uint64_t Log::length_of_chain(Page page, std::uint64_t after, std::uint64_t upto) const {
  std::uint64_t length = 0;
  for (std::uint64_t lsn = blocks_.last(page); lsn > after;) {
    const std::uint64_t number = record_after(lsn - 1);
    if (!records_.holds(number) || records_[number].lsn != lsn) break;
    length += lsn <= upto;
    lsn = records_[number].block_before;
  }
  return length;
}

std::uint64_t Log::cpl_at(std::uint64_t lsn) const {
  for (std::uint64_t n = record_after(lsn); n-- > records_.begin();) {
    if (records_[n].lsn <= base_) break;
    if (records_[n].ends_mtr) return records_[n].lsn;
  }
  if (lsn >= base_) return std::max(base_, oldest_cpl_);
  for (std::uint64_t n = record_after(lsn); n-- > records_.begin();)
    if (records_[n].ends_mtr) return records_[n].lsn;
  return oldest_cpl_;
}

LogPlace Log::place_of(std::uint64_t seq) const {
  if (!commits_.holds(seq)) return oldest_commit_;
  return {commits_[seq].epoch, {seq}};
}

LogPlace Log::commit_at(std::uint64_t lsn) const {
  return place_of(first_after(commits_, lsn) - 1);
}

void Log::trim(std::uint64_t records_before, std::uint64_t boxcars_before,
               std::uint64_t commits_before) {
  records_before = std::min(records_before, records_.end());
  for (std::uint64_t n = records_before; n-- > records_.begin();) {
    if (!records_[n].ends_mtr) continue;
    oldest_cpl_ = records_[n].lsn;
    break;
  }
  if (records_before > records_.begin()) trimmed_to_ = records_[records_before - 1].lsn;
  records_.drop_before(records_before);
  boxcars_.drop_before(boxcars_before);
  commits_before = std::min(commits_before, commits_.end());
  if (commits_before > commits_.begin()) oldest_commit_ = place_of(commits_before - 1);
  commits_.drop_before(commits_before);
}

// ---- what recovery leaves

void Log::truncate(std::uint64_t vdl) {
  commits_.cut_from(first_after(commits_, vdl));
  const LogPlace last = place_of(commits_.end() - 1);
  if (last.seq.value > 0 && (earlier_.empty() || earlier_.back() < last)) earlier_.push_back(last);

  // Boxcars stand in the order of `before`: those that begin beyond VDL go, last one first.
  for (; !boxcars_.empty() && boxcars_.back().before >= vdl;
       boxcars_.cut_from(boxcars_.end() - 1)) {
    const Boxcar& annulled = boxcars_.back();
    groups_[annulled.group].last_boxcar = annulled.previous;
    groups_[annulled.group].last_lsn = annulled.group_before;
    if (boxcars_.holds(annulled.previous)) boxcars_[annulled.previous].next = none;
  }
  for (GroupTail& tail : groups_) {
    tail.last_lsn = std::min(tail.last_lsn, vdl);
    tail.last_record = none;
    tail.open = false;
  }
  for (std::uint64_t n = boxcars_.begin(); n < boxcars_.end(); ++n) {
    boxcars_[n].commits = none;  // nobody waits for them any more
    boxcars_[n].departed = true;
    if (boxcars_[n].last > vdl) cut_short(boxcars_[n], vdl);
  }
  const std::uint64_t kept = record_after(vdl);
  for (std::uint64_t n = records_.end(); n-- > kept;)  // the newest first: back to what is kept
    blocks_.set_back(records_[n].page, records_[n].block_before);
  records_.cut_from(kept);
  undo_.truncate(vdl);
}

// A boxcar that reaches beyond VDL keeps the records up to it: its first one at least.
void Log::cut_short(Boxcar& boxcar, std::uint64_t vdl) {
  std::uint32_t kept = 0, bytes_each = boxcar.bytes / boxcar.records;
  for_each_record(*this, boxcar, [&](const Record& record) { kept += record.lsn <= vdl; });
  boxcar.last = vdl;
  boxcar.records = std::max<std::uint32_t>(kept, 1);
  boxcar.bytes = bytes_each * boxcar.records;
}

}  // namespace writepath::aurora
