#include "tests/support/direct_model.hpp"

#include "sim/model/operations.hpp"

namespace writepath::test {

namespace {

class DirectModel final : public ReplicationModel {
 public:
  void deploy(ModelContext& context) override {
    context_ = &context;
    for (const NodeSpec& spec : context.architecture().nodes) {
      Node& node = context.world().add_node(to_config(spec));
      context.endpoints().declare(node.id(), spec.role);
      if (spec.role == NodeRole::replica) context.endpoints().add_reader(node.id());
      if (spec.role == NodeRole::primary) primary_ = node.id();
    }
    add_later_nodes();
    Node& node = context.node(primary_);
    log_ = &node.storage().create_file("log", Purpose::redo);
    node.on_boot([this](bool lost) { boot(lost); });
    const TimeNs ready = from_s(static_cast<double>(options().refuse_until_s));
    if (!options().initially_no_writer) context.endpoints().set_writer(primary_);
    context.queue().post_at(ready, [this] {
      ready_ = true;
      context_->endpoints().set_writer(primary_);
    });
    ready_ = ready == 0;
  }

  bool accepts_writes(NodeId node) const override { return node == primary_ && ready_; }
  bool accepts_reads(NodeId) const override { return true; }

  Task<bool> execute(ServerSession& session) override {
    EventQueue& queue = context_->queue();
    const DurationNs work = from_us(context_->type_of(session.txn.type).statement_cpu_us);
    const TimeNs came = queue.now();
    co_await context_->node(primary_).cpu().serve(work);
    session.breakdown[CommitPart::execute] += work;
    session.breakdown[CommitPart::cpu_queue] += queue.now() - came - work;
    co_return true;
  }

  Task<Outcome> commit(ServerSession& session) override {
    ++commits_;
    if (options().abort_every != 0 && commits_ % options().abort_every == 0)
      co_return Outcome::aborted;
    EventQueue& queue = context_->queue();
    session.place = {epoch_, CommitSeq{++last_}};
    context_->state(
        CommitOrdered{queue.now(), primary_, session.txn.id, session.place, Lsn{last_}});
    const TransactionType& type = context_->type_of(session.txn.type);
    log_->append(static_cast<std::uint64_t>(type.redo_bytes), last_);
    const TimeNs begun = queue.now();
    co_await log_->flush();
    session.breakdown[CommitPart::local_flush] += queue.now() - begun;
    co_return Outcome::committed;
  }

  Task<ReadResult> read(NodeId server, ReadRequest request) override {
    co_await context_->node(server).cpu().serve(request.cpu);
    co_return ReadResult{true,
                         server == primary_ ? LogPlace{epoch_, CommitSeq{last_}} : LogPlace{}};
  }

  void abandon(ServerSession&) override { ++abandoned_; }

  std::vector<LogPlace> surviving_log() const override { return log_on_disk(primary_); }
  std::vector<LogPlace> log_on_disk(NodeId node) const override {
    if (node != primary_) return {};
    std::vector<LogPlace> log = kept_;
    log.push_back({epoch_, CommitSeq{log_->durable()}});
    return log;
  }
  std::vector<NodeId> live_replicas() const override { return {}; }
  LogPlace visible(NodeId) const override { return {}; }

 private:
  const DirectOptions& options() const { return context_->options<DirectOptions>(); }

  void add_later_nodes() {
    const std::vector<OperationSpec>& operations = context_->scenario().operations;
    for (std::size_t i = 0; i < operations.size(); ++i) {
      if (!applies_to(operations[i], context_->architecture())) continue;
      NodeConfig config;
      config.name = operation_node_name(operations[i], i);
      config.az = operations[i].az;
      config.device = default_device(StorageKind::local);
      config.starts = false;
      const NodeId id = context_->world().add_node(config).id();
      context_->endpoints().declare(id, NodeRole::replica, false);
      context_->node(id).on_boot([this, id](bool) {
        context_->endpoints().set_role(id, NodeRole::replica);
        context_->endpoints().add_reader(id);
        context_->state(ReplicaReady{context_->now(), id, 0});
      });
    }
  }

  void boot(bool) {
    if (context_->node(primary_).incarnation() == 1) return;
    const LogPlace kept{epoch_, CommitSeq{log_->durable()}};
    kept_.push_back(kept);
    last_ = log_->durable();
    log_->truncate(last_);
    ++epoch_.value;
    context_->state(LineageForked{context_->now(), primary_, epoch_, kept});
  }

  ModelContext* context_ = nullptr;
  NodeId primary_ = no_node;
  DurableFile* log_ = nullptr;
  bool ready_ = true;
  Epoch epoch_{0};
  std::uint64_t last_ = 0;
  std::int64_t commits_ = 0, abandoned_ = 0;
  std::vector<LogPlace> kept_;
};

}  // namespace

ModelFactory direct_factory() {
  ModelFactory factory;
  factory.entry.name = "direct";
  factory.entry.summary = "one primary, one flush";
  factory.entry.make_options = [] { return std::make_shared<DirectOptions>(); };
  factory.entry.describe = [](Fields&, ModelOptions&, const ArchitectureSpec&, const Scenario&) {};
  factory.entry.roles = [](const ArchitectureSpec&) { return std::vector<NodeRole>{}; };
  factory.make = [] { return std::make_unique<DirectModel>(); };
  return factory;
}

ModelRegistry direct_registry() { return {direct_factory()}; }

}  // namespace writepath::test
