#include "models/aurora_quorum/page_reads.hpp"

#include <algorithm>
#include <bit>

#include "models/aurora_quorum/instance.hpp"
#include "sim/engine/sleep.hpp"
#include "sim/engine/timeout.hpp"

namespace writepath::aurora {

namespace {
/// Weight of a new measurement in the estimate: RFC 6298, S2, smooths round trips like this.
constexpr DurationNs measurements_smoothed = 8;
/// How often every copy is asked before a read fails. Assumption, range 1 to 5.
constexpr int rounds = 2;
/// After a round in which every copy refused. Assumption, range 0.1 to 10 ms.
constexpr DurationNs next_round_after = from_ms(1);
}  // namespace

PageReads::Race::Race(EventQueue& q, Page p, std::uint64_t at)
    : queue(q), page(p), read_point(at), began(q.now()), came(q) {
  static_cast<Token&>(token) = queue.tokens().acquire(this);
}
PageReads::Race::~Race() { queue.tokens().release(token); }

PageReads::PageReads(Instance& instance, Cluster& cluster)
    : instance_(instance), cluster_(cluster), copies_(cluster.storage.size()) {
  // The handshake measured the round trip; the first read measures the rest.
  for (std::size_t copy = 0; copy < copies_.size(); ++copy)
    copies_[copy].estimate =
        cluster.network().round_trip(instance.id(), cluster.storage[copy]->id());
}

// ---- whom to ask

/// Of two copies: one that is complete up to the read point, as far as the instance knows; one that
/// owes no answer; the one of lower latency.
bool PageReads::better(const Race& race, std::uint16_t a, std::uint16_t b) const {
  const bool a_covers = instance_.may_cover(a, race.page, race.read_point);
  const bool b_covers = instance_.may_cover(b, race.page, race.read_point);
  if (a_covers != b_covers) return a_covers;
  if (copies_[a].overdue != copies_[b].overdue) return copies_[b].overdue;
  return copies_[a].estimate < copies_[b].estimate;
}

/// Who has a segment of the page's protection group, with pages.
CopySet PageReads::members(Page page) const {
  const CopySet all = cluster_.memberships.rules(cluster_.layout.group_of(page)).members;
  CopySet full = 0;
  for (std::size_t copy = 0; copy < cluster_.storage.size(); ++copy)
    if (cluster_.is_full(copy)) full |= CopySet{1} << copy;
  return all & full;
}

/// The best copy that was not asked in this round; -1: there is none.
int PageReads::choose(const Race& race) const {
  const CopySet has_page = members(race.page);
  int best = -1;
  for (const std::uint16_t copy : instance_.nearest_copies()) {
    if ((has_page >> copy & 1) == 0) continue;
    if (race.asked >> copy & 1 || !instance_.storage_link(copy).is_up()) continue;
    if (best < 0 || better(race, copy, static_cast<std::uint16_t>(best))) best = copy;
  }
  return best;
}

DurationNs PageReads::patience(std::uint16_t copy) const {
  const PageReadOptions& options = cluster_.options.page_reads;
  const DurationNs longest = from_ms(options.timeout_ms);
  if (options.hedge_after == 0 || !copies_[copy].measured) return longest;
  const double expected = static_cast<double>(copies_[copy].estimate) * options.hedge_after;
  return expected < static_cast<double>(longest) ? static_cast<DurationNs>(expected) : longest;
}

// ---- a read

Task<PageReads::Outcome> PageReads::read(Page page, std::uint64_t read_point) {
  EventQueue& queue = cluster_.queue();
  Race race(queue, page, read_point);
  const std::size_t most = rounds * static_cast<std::size_t>(std::popcount(members(page)));
  bool late = false;
  while (!race.served && !race.too_old) {
    const int chosen = race.requests < most ? choose(race) : -1;
    DurationNs limit = from_ms(cluster_.options.page_reads.timeout_ms);
    if (chosen >= 0) {
      const auto copy = static_cast<std::uint16_t>(chosen);
      race.hedges += late;
      ask(race, copy);
      if (race.requests == 1) refresh(race, copy);
      limit = patience(copy);
    } else if (race.requests == race.answers) {  // whoever can be reached has refused
      if (race.asked == 0 || race.requests >= most) break;
      race.asked = 0;
      co_await sleep_for(queue, next_round_after);
      continue;
    }
    const bool answered = co_await with_timeout(queue, race.came.wait(), limit);
    late = !answered;
    if (answered) continue;
    if (chosen >= 0) {
      copies_[static_cast<std::size_t>(chosen)].overdue = true;
    } else {  // all were asked, and some are silent
      if (race.requests >= most) break;
      race.asked = 0;
    }
  }
  state(race);
  if (race.served) co_return Outcome::page;
  if (race.too_old) co_return Outcome::too_old;
  co_return Outcome::nothing;
}

void PageReads::ask(Race& race, std::uint16_t copy) {
  forget_old();
  const std::uint64_t number = asked_.push({cluster_.now(), race.token, false});
  race.asked |= CopySet{1} << copy;
  ++race.requests;
  Link& link = instance_.storage_link(copy);
  const PageRequest request{race.page, race.read_point, link.connection(),
                            static_cast<std::uint32_t>(number), instance_.index()};
  link.send(control_bytes, Traffic::control,
            [node = cluster_.storage[copy].get(), request] { node->read_page(request); });
}

/// Now and then a second copy is asked at the same time, in turn, to learn how fast it is.
void PageReads::refresh(Race& race, std::uint16_t chosen) {
  refresh_due_ += cluster_.options.page_reads.refresh_share;
  if (refresh_due_ < 1) return;
  refresh_due_ -= 1;
  const CopySet has_page = members(race.page);
  for (std::size_t i = 0; i < copies_.size(); ++i) {
    const auto copy = static_cast<std::uint16_t>(refresh_turn_++ % copies_.size());
    if ((has_page >> copy & 1) != 0 && copy != chosen && instance_.storage_link(copy).is_up())
      return ask(race, copy);
  }
}

void PageReads::answered(const PageReply& reply) {
  // Numbers on the wire are short.
  const std::uint64_t number =
      asked_.begin() +
      static_cast<std::uint32_t>(reply.number - static_cast<std::uint32_t>(asked_.begin()));
  if (!asked_.holds(number)) return;
  Asked& asked = asked_[number];
  asked.answered = true;
  CopyState& copy = copies_[reply.copy];
  copy.overdue = false;
  if (reply.answer == PageAnswer::page) {
    const DurationNs took = cluster_.now() - asked.at;
    copy.estimate =
        copy.measured ? copy.estimate + (took - copy.estimate) / measurements_smoothed : took;
    copy.measured = true;
  }
  auto* const race = static_cast<Race*>(cluster_.queue().tokens().find(asked.race));
  if (race == nullptr) return;
  if (reply.answer == PageAnswer::page) race->served = true;
  if (reply.answer == PageAnswer::too_old) race->too_old = true;
  race->refused += reply.answer != PageAnswer::page;
  ++race->answers;
  race->came.notify_all();
}

/// Who has not answered after so long never will: its connection is gone.
void PageReads::forget_old() {
  const TimeNs old = cluster_.now() - 2 * from_ms(cluster_.options.page_reads.timeout_ms);
  while (!asked_.empty() && (asked_.front().answered || asked_.front().at < old))
    asked_.drop_before(asked_.begin() + 1);
}

void PageReads::state(const Race& race) const {
  cluster_.context.state(PageRead{cluster_.now(), race.began, instance_.id(), race.requests,
                                  race.hedges, race.refused, race.served});
}

}  // namespace writepath::aurora
