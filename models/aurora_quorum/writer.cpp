#include "models/aurora_quorum/writer.hpp"

#include <algorithm>

#include "models/aurora_quorum/instance.hpp"
#include "models/aurora_quorum/redo.hpp"

namespace writepath::aurora {

namespace {
/// The log is trimmed once in so many departures: what it still holds is a bound on memory only.
constexpr std::uint32_t departures_between_trims = 64;
constexpr const char* step_names[] = {"buffer_pool", "log_record", "sent", "quorum",
                                      "acknowledged"};
}  // namespace

const char* name_of(Step step) { return step_names[static_cast<std::size_t>(step)]; }

Writer::Writer(Instance& instance, Cluster& cluster, std::shared_ptr<Log> log, std::uint32_t number)
    : cluster_(cluster),
      instance_(instance),
      id_(instance.id()),
      log_(std::move(log)),
      number_(number),
      lal_(static_cast<std::uint64_t>(cluster.options.lal_bytes)),
      pages_(instance.pages()),
      too_few_(QuorumRule::n_of_all(cluster.memberships.nodes(), 3)),
      book_(*log_, cluster.memberships.rules(0).write,
            cluster.options.broken == Broken::vdl_past_vcl),
      locks_(cluster.queue(), from_s(cluster.options.writer.innodb_lock_wait_timeout_s)),
      undo_(cluster.context, instance.id(), locks_, *this),
      vdl_(cluster.queue()),
      vcl_(cluster.queue()),
      allocation_(cluster.queue()),
      truncation_recorded_(cluster.queue()),
      membership_(cluster.memberships.groups()),
      rules_(cluster.memberships.groups()),
      members_(cluster.memberships.everybody()),
      on_way_(cluster.storage.size()),
      vdl_sent_(cluster.storage.size()),
      heard_at_(cluster.storage.size()),
      stream_(cluster, instance, *log_, number) {
  for (GroupId g = 0; g < rules_.size(); ++g) adopt_membership(g);
}

void Writer::open() { open_ = true; }

void Writer::done(Step step, TxnId txn) {
  cluster_.context.state(StepDone{now(), id_, txn, static_cast<std::uint32_t>(step)});
}

// ---- a statement: pages change in the buffer pool, and redo is made of it

Task<bool> Writer::execute(ServerSession& session) {
  const TransactionType& type = cluster_.context.type_of(session.txn.type);
  const Redo redo(type, cluster_.options, session.txn, cluster_.context.keys(), cluster_.layout);
  const TimeNs began = now();
  const DurationNs work = from_us(type.statement_work_us());
  const DurationNs cpu = node().cpu().time_of(work);
  co_await node().cpu().serve(work);
  if (type.autocommit) session.breakdown[CommitPart::cpu_queue] += now() - began - cpu;

  const bool locked = co_await lock_rows(session);
  if (!locked) co_return false;
  const std::int64_t statement = session.statements_done;
  const std::uint32_t first = redo.begin(statement), last = redo.end(statement);
  if (pages_.hold_all()) {
    pages_.hit(last - first);
  } else {
    for (std::uint32_t i = first; i < last; ++i) {
      const bool here = co_await make_resident(redo.page(i));
      if (!here) {
        roll_back(session);
        co_return false;
      }
    }
  }
  if (type.autocommit)
    session.breakdown[CommitPart::execute] += now() - began -
                                              session.breakdown[CommitPart::cpu_queue] -
                                              session.breakdown[CommitPart::lock_wait];
  if (redo.is_last_statement(statement)) done(Step::buffer_pool, session.txn.id);

  if (first == last) co_return open_;
  const TimeNs made = now();
  const std::uint64_t bytes = redo.statement_bytes(statement);
  bool in_parts = bytes > lal_;
  if (!in_parts && must_wait(bytes)) co_await room_in_log(bytes);
  if (!open_) co_return false;
  for (std::uint32_t i = first; i < last; ++i) {
    const Page page = redo.page(i);
    std::uint64_t left = redo.bytes(i);
    if (!in_parts && !pages_.hold_all() && !pages_.keep(page)) {
      // Its frame may become free when what the mini-transaction has changed so far is durable.
      if (i > first) end_mtr(session, i);
      stream_.submit();
      in_parts = true;
    }
    if (in_parts) {
      left = co_await append_within_limit(page, left);
      if (!pages_.hold_all()) co_await room_for(page, left);
    }
    if (!open_) co_return false;
    append(page, left);
    if (in_parts) end_mtr(session, i + 1);
  }
  if (type.autocommit) session.breakdown[CommitPart::order_wait] += now() - made;
  if (!in_parts) end_mtr(session, last);
  stream_.submit();
  co_return true;
}

void Writer::end_mtr(const ServerSession& session, std::uint32_t changes) {
  log_->end_mtr();
  // Who changes no rows has no undo log.
  if (cluster_.context.type_of(session.txn.type).rows_written > 0)
    log_->undo_segments().changed(session.txn, changes, log_->end());
}

// ---- COMMIT: "the worker thread writes the commit record, puts the transaction aside [...] and
// moves on" (SIGMOD 2017, S4.2.2): no worker waits in reaches(), the watermark is that list

Task<Outcome> Writer::commit(ServerSession& session) {
  const TransactionType& type = cluster_.context.type_of(session.txn.type);
  const Redo redo(type, cluster_.options, session.txn, cluster_.context.keys(), cluster_.layout);
  const TimeNs began = now();
  const DurationNs work = from_us(options().commit_cpu_us);
  const DurationNs cpu = node().cpu().time_of(work);
  if (work > 0) co_await node().cpu().serve(work);
  session.breakdown[CommitPart::cpu_queue] += now() - began - cpu;
  const Page commit_page = redo.commit_page();
  const TimeNs worked = now();
  if (pages_.hold_all()) {
    pages_.hit(1);
  } else {
    const bool here = co_await make_resident(commit_page);
    if (!here) {
      roll_back(session);
      co_return Outcome::aborted;
    }
  }
  session.breakdown[CommitPart::execute] += cpu + now() - worked;

  const TimeNs ready = now();
  std::uint64_t bytes = redo.commit_bytes();
  if (bytes > lal_)
    bytes = co_await append_within_limit(commit_page, bytes);
  else if (must_wait(bytes))
    co_await room_in_log(bytes);
  if (!pages_.hold_all()) co_await room_for(commit_page, bytes);
  session.breakdown[CommitPart::order_wait] += now() - ready;
  if (!open_) co_return Outcome::aborted;

  const TimeNs appended_at = now();
  const std::uint64_t boxcar = append(commit_page, bytes);
  log_->end_mtr();
  const std::uint64_t seq = log_->add_commit(session.txn.id, boxcar);
  const std::uint64_t commit_lsn = log_->end();
  session.place = log_->place_of(seq);
  cluster_.context.state(CommitOrdered{now(), id_, session.txn.id, session.place, Lsn{commit_lsn}});
  done(Step::log_record, session.txn.id);
  stream_.submit();
  const bool until_durable = options().locks_released == WriterOptions::LocksReleased::when_durable;
  if (!until_durable) locks_.release(session.txn.id);

  if (cluster_.options.commit_on == Options::CommitOn::vdl)
    co_await vdl_.reaches(commit_lsn);
  else
    co_await vcl_.reaches(commit_lsn);
  if (until_durable) locks_.release(session.txn.id);
  account(session, appended_at, boxcar);
  done(Step::acknowledged, session.txn.id);
  co_return Outcome::committed;
}

/// The milestones on the way of the acknowledgement that gave the commit record its quorum.
void Writer::account(ServerSession& session, TimeNs appended_at, std::uint64_t number) const {
  const Boxcar& boxcar = log_->boxcars()[number];
  const TimeNs quorum = std::clamp(boxcar.quorum_at, appended_at, now());
  const TimeNs departed = std::clamp(boxcar.departed_at, appended_at, quorum);
  const TimeNs arrived = std::clamp(boxcar.arrived_at, departed, quorum);
  const TimeNs stored = std::clamp(boxcar.stored_at, arrived, quorum);
  session.breakdown[CommitPart::group_wait] += departed - appended_at;
  session.breakdown[CommitPart::out] += arrived - departed;
  session.breakdown[CommitPart::remote_flush] += stored - arrived;
  session.breakdown[CommitPart::back] += quorum - stored;
  session.breakdown[CommitPart::order_wait] += now() - quorum;
}

// ---- boxcars: "the asynchronous network operation is submitted upon the first record, and the
// boxcar is filled until it executes" (SIGMOD 2018, S2.2)

std::uint64_t Writer::append(Page page, std::uint64_t bytes) {
  // No more than LAL lies beyond VDL, and its legal values fit.
  const Log::Placed placed = log_->append(page, static_cast<std::uint32_t>(bytes));
  pages_.changed(page, log_->end());
  if (placed.opened) submit(placed.boxcar);
  return placed.boxcar;
}

void Writer::submit(std::uint64_t boxcar) {
  log_->boxcar(boxcar).opened_at = now();
  send_path_free_at_ = std::max(send_path_free_at_, now()) + from_us(options().send_path_us);
  cluster_.queue().post_at(send_path_free_at_, [instance = &instance_, number = number_, boxcar] {
    instance->when_running([=] {
      if (Writer* writer = instance->writer(number)) writer->depart(boxcar);
    });
  });
}

void Writer::depart(std::uint64_t number) {
  const Boxcar& boxcar = log_->depart(number, now());
  book_.departed(number);
  for (std::uint64_t seq = boxcar.commits; log_->commits().holds(seq);
       seq = log_->commits()[seq].previous_in_boxcar)
    done(Step::sent, log_->commits()[seq].txn);
  const CopySet members = rules_[boxcar.group]->members;
  std::uint32_t copies = 0;
  for (std::uint16_t copy = 0; copy < on_way_.size(); ++copy)
    copies += (members >> copy & 1) != 0 && send(copy, boxcar, number) ? 1 : 0;
  cluster_.context.state(
      BoxcarSent{now(), id_, boxcar.group, boxcar.records, boxcar.bytes, copies, boxcar.opened_at});
  if (++departures_ % departures_between_trims == 0) trim();
}

/// False: it is passed by.
bool Writer::send(std::uint16_t copy, const Boxcar& boxcar, std::uint64_t number) {
  Link& link = instance_.storage_link(copy);
  // Beyond the limit the node is passed by: gossip fills its gap. Never one that has what is
  // durable, or a boxcar could pass all of them by: what it has not acknowledged is at most LAL.
  const std::uint64_t limit =
      std::max(lal_, static_cast<std::uint64_t>(options().unacknowledged_mb * 1e6));
  if (!link.is_up() || on_way_[copy] + boxcar.bytes > limit) return false;
  on_way_[copy] += boxcar.bytes;
  spoken_to_ |= CopySet{1} << copy;
  vdl_sent_[copy] = book_.vdl();
  const BoxcarMessage message{number,  book_.vdl(),       link.connection(),
                              epoch(), instance_.index(), membership_[boxcar.group]};
  link.send(boxcar.bytes + envelope_bytes, Traffic::redo,
            [node = cluster_.storage[copy].get(), message] { node->receive(message); },
            {.first = boxcar.before, .last = boxcar.last, .durable_to = book_.vdl()});
  return true;
}

// ---- bookkeeping

void Writer::acknowledged(const AckMessage& ack) {
  if (ack.epoch != epoch()) return;
  heard_at_[ack.copy] = now();
  on_way_[ack.copy] -= std::min<std::uint64_t>(on_way_[ack.copy], ack.bytes);
  const bool advanced = book_.acknowledged(
      ack.copy, ack.group, ack.scl, [this, &ack](std::uint64_t boxcar) { covered(boxcar, ack); });
  if (!advanced) return;
  cluster_.context.state(LogAdvanced{now(), id_, "pgcl", ack.group, book_.pgcl(ack.group)});
  durable_moved();
}

/// A PGCL has moved: perhaps VCL and VDL do.
void Writer::durable_moved() {
  const std::uint64_t vcl = book_.vcl();
  const bool vdl_moved = book_.advance();
  if (book_.vcl() > vcl) {
    cluster_.context.state(LogAdvanced{now(), id_, "vcl", 0, book_.vcl()});
    vcl_.advance(book_.vcl());
  }
  if (vdl_moved) vdl_advanced();
}

void Writer::covered(std::uint64_t number, const AckMessage& ack) {
  Boxcar& boxcar = log_->boxcar(number);
  boxcar.quorum_at = now();
  boxcar.arrived_at = ack.arrived_at;
  boxcar.stored_at = ack.stored_at;
  for (std::uint64_t seq = boxcar.commits; log_->commits().holds(seq);
       seq = log_->commits()[seq].previous_in_boxcar)
    done(Step::quorum, log_->commits()[seq].txn);
}

void Writer::vdl_advanced() {
  ModelContext& context = cluster_.context;
  context.state(LogAdvanced{now(), id_, "vdl", 0, book_.vdl()});
  context.state(LogAdvanced{now(), id_, "durable_seq", 0, book_.durable_commit()});
  vdl_.advance(book_.vdl());
  settle_undo_segments();
  pages_.durable_to(book_.vdl());
  stream_.submit();
  if (update_armed_) return;
  update_armed_ = true;
  cluster_.queue().post_after(from_ms(options().idle_vdl_update_ms),
                              [instance = &instance_, number = number_] {
                                instance->when_running([=] {
                                  if (Writer* writer = instance->writer(number))
                                    writer->update_idle_nodes();
                                });
                              });
}

/// No boxcar has left for them since VDL moved: tell these storage nodes by itself.
void Writer::update_idle_nodes() {
  update_armed_ = false;
  trim();
  for (std::uint16_t copy = 0; copy < on_way_.size(); ++copy)
    if (vdl_sent_[copy] < book_.vdl()) tell_vdl(copy);
}

void Writer::tell_vdl(std::uint16_t copy) {
  Link& link = instance_.storage_link(copy);
  if (!link.is_up() || (members_ >> copy & 1) == 0) return;
  spoken_to_ |= CopySet{1} << copy;
  vdl_sent_[copy] = book_.vdl();
  StorageNode* const node = cluster_.storage[copy].get();
  link.send(control_bytes, Traffic::control,
            [node, epoch = epoch(), index = instance_.index(), at = link.connection(),
             vdl = book_.vdl()] { node->told_vdl(epoch, index, at, vdl); });
}

// ---- connections to storage nodes

void Writer::greet(std::uint16_t copy) {
  if ((members_ >> copy & 1) == 0) return;  // a spare
  Link& link = instance_.storage_link(copy);
  on_way_[copy] = 0;
  vdl_sent_[copy] = book_.vdl();
  StorageNode* const node = cluster_.storage[copy].get();
  link.send(control_bytes, Traffic::control,
            [node, epoch = epoch(), index = instance_.index(), at = link.connection(),
             vdl = book_.vdl()] { node->truncate(epoch, index, at, vdl); });
  send_again(copy, every_group);
}

void Writer::greeted(std::uint16_t copy) {
  const StorageNode& node = *cluster_.storage[copy];
  for (GroupId group = 0; group < node.reported_scls().size(); ++group) {
    if (node.reported_scls()[group] == none) continue;
    AckMessage ack;
    ack.scl = node.reported_scls()[group];
    ack.arrived_at = ack.stored_at = now();
    ack.epoch = epoch();
    ack.group = group;
    ack.copy = copy;
    acknowledged(ack);
  }
  truncated_at_ |= CopySet{1} << copy;
  recorded_truncation();
}

void Writer::recorded_truncation() {
  for (const MembershipRules* rules : rules_)
    if (!rules->write.met(truncated_at_)) return;
  truncation_recorded_.open();
}

Task<> Writer::recovered() {
  co_await truncation_recorded_.passes();
  // An empty log has nothing that an acknowledgement could advance.
  if (book_.advance()) vdl_advanced();
  co_await vdl_.reaches(log_->base());
}

/// Readers are told VDL once a second even when nothing moves, and so is each storage node for
/// which nothing left: a connection that only the other end gave up is missed.
Task<> Writer::heartbeat() {
  while (true) {
    stream_.submit();
    spoken_to_ = 0;
    co_await sleep_for(cluster_.queue(), stream_heartbeat);
    send_lost_again();
    for (std::uint16_t copy = 0; copy < on_way_.size(); ++copy)
      if ((spoken_to_ >> copy & 1) == 0) tell_vdl(copy);
  }
}

}  // namespace writepath::aurora
