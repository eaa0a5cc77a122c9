// The writer and the memberships of its protection groups. It learns of a change when a storage
// node rejects a boxcar of a stale epoch, or says that it has recorded a newer one: "a client with
// a stale view [...] will have its requests rejected and must update" (SIGMOD 2018, S4.1). Then it
// sends what still lacks its quorum again. It never waits.
#include "models/aurora_quorum/instance.hpp"
#include "models/aurora_quorum/writer.hpp"

namespace writepath::aurora {

const QuorumRule& Writer::acknowledges_at(GroupId group) const {
  return cluster_.options.broken == Broken::acks_at_3_of_6 ? too_few_ : rules_[group]->write;
}

void Writer::adopt_membership(GroupId group) {
  const Memberships& memberships = cluster_.memberships;
  membership_[group] = memberships.of(group).epoch();
  rules_[group] = &memberships.rules(group);
  AckMessage none_in_particular;
  none_in_particular.arrived_at = none_in_particular.stored_at = now();
  const bool advanced = book_.set_rule(
      group, acknowledges_at(group),
      [this, &none_in_particular](std::uint64_t boxcar) { covered(boxcar, none_in_particular); });
  if (!advanced) return;
  cluster_.context.state(LogAdvanced{now(), id_, "pgcl", group, book_.pgcl(group)});
  durable_moved();
}

void Writer::learn_membership(GroupId group) {
  const Memberships& memberships = cluster_.memberships;
  if (group == every_group) {
    for (GroupId g = 0; g < memberships.groups(); ++g) learn_membership(g);
    return;
  }
  if (membership_[group] == memberships.of(group).epoch()) return;
  adopt_membership(group);
  const CopySet members = rules_[group]->members;
  const CopySet newcomers = members & ~members_;
  members_ |= members;
  for (std::uint16_t copy = 0; copy < on_way_.size(); ++copy) {
    if ((newcomers >> copy & 1) != 0 && instance_.storage_link(copy).is_up())
      greet(copy);
    else if ((members >> copy & 1) != 0)
      send_again(copy, group);
  }
  recorded_truncation();
}

/// What still lacks its quorum may have been rejected, or lost with a connection.
void Writer::send_again(std::uint16_t copy, GroupId group) {
  for (std::uint64_t n = book_.first_pending(); n < log_->boxcars().end(); ++n) {
    const Boxcar& boxcar = log_->boxcars()[n];
    if (group != every_group && boxcar.group != group) continue;
    if (boxcar.departed && boxcar.last > book_.scl(copy, boxcar.group)) send(copy, boxcar, n);
  }
}

}  // namespace writepath::aurora
