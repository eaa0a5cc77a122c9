// Chain replication: R. van Renesse and F. B. Schneider, "Chain Replication for Supporting High
// Throughput and Availability", OSDI 2004. Writes enter at the head, pass every server in turn, and
// are acknowledged once the tail has them; reads are answered by the tail. A master, which does not
// fail, takes failed servers out of the chain. MODEL.md says what is left out.
#include <algorithm>
#include <deque>
#include <map>

#include "models/common/failure_detector.hpp"
#include "sim/engine/sleep.hpp"
#include "sim/engine/watermark.hpp"
#include "sim/model/library.hpp"

namespace {
using namespace writepath;

constexpr std::uint64_t control_bytes = 100;  // of an acknowledgement or an order; assumption

struct ChainOptions : ModelOptions {
  DetectorSpec detector;  // the master's
};

enum class Place { head, tail };

/// Which servers form the chain, head first. The master counts versions; another head, another
/// epoch.
struct Chain {
  std::vector<std::size_t> servers;
  Epoch epoch;
};

struct Server {
  Server(Node& its, EventQueue& queue)
      : node(&its),
        log(&its.storage().create_file("log", Purpose::redo)),
        received(queue),
        durable(queue),
        acked(queue) {}
  Node* node;
  DurableFile* log;
  Watermark received, durable, acked;  // positions in the history: 1, 2, 3, ...
  std::vector<std::uint64_t> end{0};   // bytes of the history up to each position
  Epoch epoch;                         // of the last position that it has
  std::size_t version = 0;             // of the chain, as far as it has heard
  std::uint64_t sent = 0;              // to its successor, on `link`
  ConnectionId link, back;             // to its successor; from its predecessor
  bool out = false;                    // failed once: it doesn't come back
  NodeId id() const { return node->id(); }
};

class ChainReplication final : public ReplicationModel {
 public:
  // ---- deployment: the primary is the head, replicas follow in the scenario's order
  void deploy(ModelContext& context) override {
    context_ = &context;
    std::vector<NodeSpec> specs = context.architecture().nodes;
    std::stable_partition(specs.begin(), specs.end(),
                          [](const NodeSpec& s) { return s.role == NodeRole::primary; });
    chains_.push_back({{}, Epoch{0}});
    for (const NodeSpec& spec : specs) {
      Node& node = context.world().add_node(to_config(spec));
      context.endpoints().declare(node.id(), spec.role);
      chains_[0].servers.push_back(servers_.size());
      servers_.push_back(std::make_unique<Server>(node, context.queue()));
      node.on_boot([this, i = servers_.size() - 1](bool) { boot(i); });
    }
    NodeConfig master;
    master.name = "master";
    master.az = specs.back().az;
    master.device = default_device(StorageKind::local);
    Node& node = context.world().add_node(master);
    context.endpoints().declare(master_ = node.id(), NodeRole::monitor);
    node.on_boot([this](bool) {
      for (const std::size_t i : chains_.back().servers)
        context_->node(master_).scope().spawn(watch(i));
      tell_all();
    });
    context.endpoints().set_writer(servers_.front()->id());
    context.endpoints().add_reader(servers_.back()->id());
  }

  // ---- what clients ask for
  bool accepts_writes(NodeId node) const override { return is(node, Place::head); }
  bool accepts_reads(NodeId node) const override { return is(node, Place::tail); }

  Task<bool> execute(ServerSession& session) override {
    const TimeNs came = context_->now();
    const auto work = from_us(context_->type_of(session.txn.type).statement_work_us());
    co_await context_->node(session.server).cpu().serve(work);
    session.breakdown[CommitPart::execute] += work;
    session.breakdown[CommitPart::cpu_queue] += context_->now() - came - work;
    co_return true;
  }

  Task<Outcome> commit(ServerSession& session) override {
    Server& head = *servers_[session.server.value];
    if (!accepts_writes(session.server)) co_return Outcome::aborted;  // demoted meanwhile
    const auto bytes = context_->type_of(session.txn.type).redo_bytes;
    head.end.push_back(head.end.back() + static_cast<std::uint64_t>(bytes));
    const std::uint64_t seq = head.end.size() - 1;
    session.place = {head.epoch, CommitSeq{seq}};
    context_->state(
        CommitOrdered{context_->now(), head.id(), session.txn.id, session.place, Lsn{seq}});
    head.received.advance(seq);
    const TimeNs began = context_->now();
    co_await head.durable.reaches(seq);
    const TimeNs flushed = context_->now();
    co_await head.acked.reaches(seq);
    session.breakdown[CommitPart::local_flush] += flushed - began;
    session.breakdown[CommitPart::remote_flush] += context_->now() - flushed;
    co_return Outcome::committed;
  }

  Task<ReadResult> read(NodeId server, ReadRequest request) override {
    co_await context_->node(server).cpu().serve(request.cpu);
    co_return ReadResult{accepts_reads(server), visible(server)};
  }

  // ---- what the checks ask for when the run is over
  std::vector<LogPlace> surviving_log() const override {
    return log_on_disk(context_->endpoints().assigned_writer());
  }
  std::vector<LogPlace> log_on_disk(NodeId node) const override {
    if (node.value >= servers_.size()) return {};
    const Server& s = *servers_[node.value];
    std::vector<LogPlace> log{{s.epoch, CommitSeq{s.log->durable()}}};
    while (log.front().epoch.value != 0) {
      const LogPlace kept = forks_.at(log.front().epoch.value);
      log.insert(log.begin(), {kept.epoch, std::min(kept.seq, log.front().seq)});
    }
    return log;
  }
  std::vector<NodeId> live_replicas() const override {
    std::vector<NodeId> live;
    for (const std::size_t i : chains_.back().servers)
      if (i != chains_.back().servers.front() && servers_[i]->node->process_up())
        live.push_back(servers_[i]->id());
    return live;
  }
  LogPlace visible(NodeId node) const override {
    const Server& s = *servers_[node.value];
    return {s.epoch, CommitSeq{s.durable.value()}};
  }

 private:
  EventQueue& queue() { return context_->queue(); }
  Network& network() { return context_->network(); }
  Scope& scope(std::size_t i) { return servers_[i]->node->scope(); }
  const DetectorSpec& detector() { return context_->options<ChainOptions>().detector; }

  // Servers were added first, so that a server's NodeId is its index.
  bool is(NodeId node, Place place) const {
    if (node.value >= servers_.size() || servers_[node.value]->out) return false;
    const auto& chain = chains_[servers_[node.value]->version].servers;
    return (place == Place::head ? chain.front() : chain.back()) == node.value;
  }
  std::optional<std::size_t> neighbour(std::size_t i, std::ptrdiff_t way) const {
    const auto& chain = chains_[servers_[i]->version].servers;
    const auto at = std::find(chain.begin(), chain.end(), i) - chain.begin();
    if (at == std::ssize(chain) || at + way < 0 || at + way == std::ssize(chain)) return {};
    return chain[static_cast<std::size_t>(at + way)];
  }

  // ---- a server
  void boot(std::size_t i) {
    servers_[i]->out = servers_[i]->node->incarnation() > 1;
    if (servers_[i]->out) return scope(i).spawn(resign(i));
    scope(i).spawn(keep(i));
    scope(i).spawn(connect(i, 0));
  }
  /// Back so soon that no ping missed it: it says itself that it has lost its place.
  Task<> resign(std::size_t i) {
    Dialled line;
    while (line.result != DialResult::connected)
      line = co_await network().dial(servers_[i]->id(), master_, from_s(detector().timeout_s));
    network().send(line.connection, servers_[i]->id(), control_bytes, Traffic::control,
                   [this, i] { remove(i); });
  }
  /// Makes what came durable, all that waits in one flush, and passes it on.
  Task<> keep(std::size_t i) {
    Server& s = *servers_[i];
    for (;;) {
      co_await s.received.reaches(s.durable.value() + 1);
      const std::uint64_t upto = s.received.value();
      s.log->append(s.end[upto] - s.end[s.durable.value()], upto);
      co_await s.log->flush();
      s.durable.advance(upto);
      for (const ReplicaStage stage :
           {ReplicaStage::apply_started, ReplicaStage::applied, ReplicaStage::visible})
        progress(s, stage, upto);
      pass_on(i);
    }
  }
  void progress(const Server& s, ReplicaStage stage, std::uint64_t upto) {
    if (!is(s.id(), Place::head))
      context_->state(ReplicaProgress{context_->now(), s.id(), stage, {s.epoch, CommitSeq{upto}}});
  }
  void pass_on(std::size_t i) {
    Server& s = *servers_[i];
    const std::uint64_t upto = s.durable.value();
    if (is(s.id(), Place::tail)) return acknowledge(i, upto);
    const auto next = neighbour(i, 1);
    if (!next || upto <= s.sent || !network().is_open(s.link, s.id())) return;
    network().send(s.link, s.id(), s.end[upto] - s.end[s.sent], Traffic::redo,
                   [this, to = *next, i, upto, version = s.version, line = s.link] {
                     receive(to, i, upto, version, line);
                   },
                   {.first = s.sent, .last = upto});
    s.sent = upto;
  }
  void receive(std::size_t to, std::size_t from, std::uint64_t upto, std::size_t version,
               ConnectionId line) {
    Server& s = *servers_[to];
    if (s.out || version < s.version) return;  // of a predecessor that no longer is one
    configure(to, version);
    s.back = line;
    for (std::uint64_t p = s.end.size(); p <= upto; ++p) s.end.push_back(servers_[from]->end[p]);
    s.epoch = servers_[from]->epoch;  // of a history that contains this one
    if (upto > s.received.value()) progress(s, ReplicaStage::received, upto);
    s.received.advance(upto);
    if (upto <= s.acked.value()) acknowledge(to, s.acked.value());  // it was sent once more
  }
  /// The tail has everything up to here, and so has every server before it.
  void acknowledge(std::size_t i, std::uint64_t upto) {
    Server& s = *servers_[i];
    s.acked.advance(upto);
    const auto before = neighbour(i, -1);
    if (before && network().is_open(s.back, s.id()))
      network().send(s.back, s.id(), control_bytes, Traffic::ack,
                     [this, to = *before, upto] { acknowledge(to, upto); }, {.last = upto});
  }
  /// To its successor, until the chain changes. What no acknowledgement covers is sent again.
  Task<> connect(std::size_t i, std::size_t version) {
    Server& s = *servers_[i];
    while (s.version == version && neighbour(i, 1)) {
      const NodeId next = servers_[*neighbour(i, 1)]->id();
      const Dialled line = co_await network().dial(s.id(), next, from_s(detector().timeout_s));
      if (line.result == DialResult::connected && s.version == version) {
        s.link = line.connection;
        s.sent = s.acked.value();
        network().on_closed(s.link, s.id(),
                            [this, i, version] { scope(i).spawn(connect(i, version)); });
        pass_on(i);
        co_return;
      }
      co_await sleep_for(queue(), from_s(detector().interval_s));
    }
  }
  /// The server learns of a chain, from the master or from its predecessor.
  void configure(std::size_t i, std::size_t version) {
    Server& s = *servers_[i];
    if (s.out || version <= s.version) return;
    const bool was_head = is(s.id(), Place::head);
    s.version = version;
    network().close(s.link, s.id());
    const Chain& chain = chains_[version];
    if (std::count(chain.servers.begin(), chain.servers.end(), i) == 0) return;
    if (is(s.id(), Place::head) && !was_head) lead(s, chain.epoch);
    if (is(s.id(), Place::tail)) {
      for (const auto& server : servers_) context_->endpoints().remove_reader(server->id());
      context_->endpoints().add_reader(s.id());
    }
    scope(i).spawn(connect(i, version));
    pass_on(i);
  }
  /// What the old head did not pass on is lost, and nobody was told that it was kept.
  void lead(Server& s, Epoch epoch) {
    const LogPlace kept{s.epoch, CommitSeq{s.received.value()}};
    forks_[epoch.value] = kept;
    s.epoch = epoch;
    context_->endpoints().set_role(s.id(), NodeRole::primary);
    context_->endpoints().set_writer(s.id());
    context_->state(LineageForked{context_->now(), s.id(), epoch, kept});
    context_->state(RoleChanged{context_->now(), s.id(), NodeRole::primary});
    context_->state(FailoverMilestone{context_->now(), s.id(), Milestone::recovered});
  }

  // ---- the master
  Task<> watch(std::size_t i) {
    co_await until_failed(*context_, master_, servers_[i]->id(), detector());
    remove(i);
  }
  void remove(std::size_t i) {
    Chain chain = chains_.back();
    if (chain.servers.size() == 1 || std::erase(chain.servers, i) == 0) return;
    if (chains_.back().servers.front() == i) {
      ++chain.epoch.value;
      const NodeId next = servers_[chain.servers.front()]->id();
      context_->state(FailoverMilestone{context_->now(), servers_[i]->id(), Milestone::detected});
      context_->state(FailoverMilestone{context_->now(), next, Milestone::elected});
    }
    chains_.push_back(std::move(chain));
    tell_all();
  }
  void tell_all() {
    for (std::size_t i = 0; i < servers_.size(); ++i)
      context_->node(master_).scope().spawn(tell(i, chains_.size() - 1));
  }
  Task<> tell(std::size_t i, std::size_t version) {
    while (version + 1 == chains_.size()) {
      const NodeId to = servers_[i]->id();
      const Dialled line = co_await network().dial(master_, to, from_s(detector().timeout_s));
      if (line.result == DialResult::connected) {
        network().send(line.connection, master_, control_bytes, Traffic::control,
                       [this, i, version] { configure(i, version); });
        co_return;
      }
      co_await sleep_for(queue(), from_s(detector().interval_s));
    }
  }

  ModelContext* context_ = nullptr;
  std::vector<std::unique_ptr<Server>> servers_;
  NodeId master_;
  std::deque<Chain> chains_;                 // by version; a message names it by that number
  std::map<std::uint32_t, LogPlace> forks_;  // by epoch: what it kept of the one before
};

ModelFactory chain_replication_factory() {
  ModelFactory factory;
  factory.entry.name = "chain_replication";
  factory.entry.summary =
      "Chain replication: writes enter at the head, the tail acknowledges them and answers reads";
  factory.entry.model_md = "MODEL.md";  // beside the library
  factory.entry.make_options = [] { return std::make_shared<ChainOptions>(); };
  factory.entry.describe = [](Fields& f, ModelOptions& options, const ArchitectureSpec&,
                              const Scenario&) {
    f.object("detector", static_cast<ChainOptions&>(options).detector,
             {"how the master finds out that a server has failed", "", ""});
  };
  factory.entry.roles = [](const ArchitectureSpec&) { return std::vector{NodeRole::monitor}; };
  factory.entry.storage_is_primary = true;
  factory.make = [] { return std::make_unique<ChainReplication>(); };
  // Nothing of its own notices a link that stays silent: TCP does, after Linux's 15 retries.
  factory.repairs_within_s = [](const ArchitectureSpec&) { return 924.6; };
  // What `writepath explore` holds it to: all servers but one may fail.
  factory.promises = [](const ArchitectureSpec& architecture) {
    Promise promise;
    promise.keeps.nodes = promise.writes.nodes =
        static_cast<std::uint32_t>(architecture.nodes.size()) - 1;
    promise.one_primary = promise.reads_are_kept = true;
    return promise;
  };
  return factory;
}
}  // namespace

WRITEPATH_MODEL_LIBRARY(registry) { registry.push_back(chain_replication_factory()); }
