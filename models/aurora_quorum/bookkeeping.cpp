#include "models/aurora_quorum/bookkeeping.hpp"

#include <algorithm>

namespace writepath::aurora {

Bookkeeping::Bookkeeping(const Log& log, const QuorumRule& write, bool past_gaps)
    : log_(&log),
      past_gaps_(past_gaps),
      write_(log.layout().groups(), &write),
      copies_(write.copies()),
      scl_(log.layout().groups() * write.copies()),
      pgcl_(log.layout().groups()),
      pending_of_(log.layout().groups(), none),
      first_pending_(log.boxcars().begin()),
      next_record_(log.records().begin()),
      durable_commit_(log.commits().begin() - 1) {
  for (std::uint64_t n = first_pending_; n < log.boxcars().end(); ++n)
    if (log.boxcars()[n].departed) departed(n);
}

void Bookkeeping::departed(std::uint64_t boxcar) {
  std::uint64_t& pending = pending_of_[log_->boxcars()[boxcar].group];
  if (pending == none) pending = boxcar;
}

bool Bookkeeping::advance_pgcl(std::size_t copy, GroupId group, std::uint64_t scl) {
  std::uint64_t* const scls = &scl_[group * copies_];
  if (scl <= scls[copy]) return false;
  scls[copy] = scl;
  return scl > pgcl_[group] && raise_pgcl(group);
}

bool Bookkeeping::raise_pgcl(GroupId group) {
  const std::uint64_t reached = write_[group]->reached(&scl_[group * copies_]);
  if (reached <= pgcl_[group]) return false;
  pgcl_[group] = reached;
  return true;
}

bool Bookkeeping::advance() {
  while (first_pending_ < log_->boxcars().end()) {
    const Boxcar& boxcar = log_->boxcars()[first_pending_];
    if (!boxcar.departed || boxcar.last > pgcl_[boxcar.group]) break;
    ++first_pending_;
  }
  const bool all = first_pending_ == log_->boxcars().end();
  vcl_ = std::max(vcl_, all ? log_->end() : log_->boxcars()[first_pending_].before);

  const std::uint64_t vdl = vdl_;
  const std::uint64_t complete = past_gaps_ ? *std::max_element(pgcl_.begin(), pgcl_.end()) : vcl_;
  const Ring<Record>& records = log_->records();
  for (; next_record_ < records.end() && records[next_record_].lsn <= complete; ++next_record_)
    if (records[next_record_].ends_mtr) vdl_ = std::max(vdl_, records[next_record_].lsn);
  if (vcl_ >= log_->base()) vdl_ = std::max(vdl_, log_->base());

  const Ring<Commit>& commits = log_->commits();
  while (commits.holds(durable_commit_ + 1) && commits[durable_commit_ + 1].lsn <= vdl_)
    ++durable_commit_;
  return vdl_ > vdl;
}

}  // namespace writepath::aurora
