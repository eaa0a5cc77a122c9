#include "sim/run/run_one.hpp"

#include <cstdio>
#include <memory>
#include <optional>
#include <stdexcept>

#include "sim/check/jepsen_history.hpp"
#include "sim/check/register_checks.hpp"
#include "sim/check/run_checks.hpp"
#include "sim/faults/expand_plan.hpp"
#include "sim/faults/nemesis.hpp"
#include "sim/metrics/run_metrics.hpp"
#include "sim/observe/event_writer.hpp"
#include "sim/run/place_accounts.hpp"
#include "sim/run/trace_recorder.hpp"
#include "sim/workload/heartbeat.hpp"
#include "sim/workload/registers.hpp"
#include "sim/workload/workload.hpp"

namespace writepath {

namespace {

bool wants_probe(const Scenario& scenario) {
  return !scenario.faults.empty() && scenario.workload.probe.enabled;
}

/// The scenario as one run plays it: with the transactions of our own, and its plan of faults.
Scenario as_played(Scenario scenario, const ArchitectureSpec& architecture, const ModelEntry& model,
                   std::uint64_t seed) {
  if (scenario.workload.heartbeat.enabled)
    scenario.workload.transactions.push_back(heartbeat_transaction());
  if (scenario.workload.registers.enabled)
    scenario.workload.transactions.push_back(register_transaction());
  if (wants_probe(scenario)) scenario.workload.transactions.push_back(probe_transaction());
  scenario.faults = expand_plan(scenario, architecture, model, seed);
  return scenario;
}

const ModelFactory& factory_of(const ArchitectureSpec& architecture,
                               const ModelRegistry& registry) {
  const ModelFactory* factory = find_model(registry, architecture.model);
  WRITEPATH_CHECK(factory != nullptr, "a scenario that names no known model passed the reader");
  return *factory;
}

/// Ends every coroutine, so that none outlives what it uses.
void kill_all(World& world) {
  for (std::uint32_t n = 0; n < world.node_count(); ++n) world.node(NodeId{n}).scope().kill();
}

class EventFile {
 public:
  EventFile(const std::string& path, std::vector<std::string> names)
      : file_(std::fopen(path.c_str(), "wb"), &std::fclose) {
    if (!file_) throw EventsUnwritable("can't write " + path);
    writer_ = std::make_unique<EventWriter>(file_.get(), std::move(names));
  }
  EventWriter& writer() { return *writer_; }
  void close(const std::string& path) {
    if (!writer_->flush() || std::fclose(file_.release()) != 0)
      throw EventsUnwritable("can't write " + path);
  }

 private:
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> file_;
  std::unique_ptr<EventWriter> writer_;
};

void write_history(const RegisterChecks& registers, const std::string& path) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "wb"),
                                                             &std::fclose);
  if (!file || !write_jepsen_history(registers.operations(), file.get()))
    throw EventsUnwritable("can't write " + path);
}

// Everything of one run, put together in the order in which it depends on each other.
class Run {
 public:
  Run(const Scenario& scenario, const ArchitectureSpec& architecture, const ModelFactory& factory,
      const RunOptions& options)
      : scenario_(as_played(scenario, architecture, factory.entry, options.seed)),
        architecture_(architecture),
        factory_(factory),
        options_(options),
        world_(queue_, {scenario.network, options.seed, options.engine, options.network}),
        keys_(scenario.workload.keys),
        context_(world_, scenario_, architecture, facts_, endpoints_, keys_),
        model_(deploy()),
        workload_(world_, scenario_, facts_, endpoints_, *model_, keys_, wants_probe(scenario)),
        nemesis_(world_, scenario_, architecture, facts_, endpoints_,
                 [this](NodeId preferred) { model_->planned_failover(preferred); }),
        accounts_(world_, endpoints_),
        metrics_config_(make_metrics_config()),
        metrics_(metrics_config_),
        checks_(metrics_config_) {
    if (scenario_.workload.registers.enabled) registers_.emplace(metrics_config_);
  }
  ~Run() {
    trace_tap = nullptr;
    kill_all(world_);
  }

  RunSummary play();

 private:
  std::unique_ptr<ReplicationModel> deploy();
  std::vector<NodeInfo> node_infos() const;
  MetricsConfig make_metrics_config() const;
  FinalState final_state() const;

  Scenario scenario_;
  const ArchitectureSpec& architecture_;
  const ModelFactory& factory_;
  const RunOptions& options_;
  FactLog facts_;
  Endpoints endpoints_;
  EventQueue queue_;
  World world_;
  KeyChooser keys_;
  ModelContext context_;
  std::unique_ptr<ReplicationModel> model_;
  Workload workload_;
  Nemesis nemesis_;
  PlaceAccounts accounts_;
  MetricsConfig metrics_config_;
  RunMetrics metrics_;
  RunChecks checks_;
  std::optional<RegisterChecks> registers_;
};

std::unique_ptr<ReplicationModel> Run::deploy() {
  std::unique_ptr<ReplicationModel> model = factory_.make();
  model->deploy(context_);
  return model;
}

std::vector<NodeInfo> Run::node_infos() const {
  std::vector<NodeInfo> infos;
  for (std::uint32_t n = 0; n < world_.node_count(); ++n) {
    const Node& node = world_.node(NodeId{n});
    infos.push_back({.id = NodeId{n},
                     .name = node.name(),
                     .az = node.az(),
                     .role = NodeRole::monitor,
                     .present = node.config().starts,
                     .storage = node.config().storage});
  }
  for (const Endpoints::Member& member : endpoints_.members())
    infos[member.node.value].role = member.initial;
  return infos;
}

MetricsConfig Run::make_metrics_config() const {
  MetricsConfig config;
  config.scenario = &scenario_;
  config.architecture = &architecture_;
  config.nodes = node_infos();
  config.steps = factory_.steps;
  config.key_of = [this](std::uint64_t seed, std::uint32_t i) { return keys_.key(seed, i); };
  config.window_begin = from_s(scenario_.warmup_s);
  config.window_end = from_s(scenario_.duration_s);
  config.seed = options_.seed;
  if (factory_.may_read_what_is_lost)
    config.may_read_what_is_lost = factory_.may_read_what_is_lost(architecture_);
  if (factory_.repairs_within_s)
    config.repairs_within = from_s(factory_.repairs_within_s(architecture_));
  if (factory_.loses_with_process)
    config.loses_with_process = factory_.loses_with_process(architecture_);
  if (factory_.may_show_gaps) config.may_show_gaps = factory_.may_show_gaps(architecture_);
  return config;
}

FinalState Run::final_state() const {
  FinalState state;
  state.end = world_.now();
  const NodeId writer = endpoints_.assigned_writer();
  state.has_primary =
      writer != no_node && world_.node(writer).process_up() && model_->accepts_writes(writer);
  state.surviving_log = model_->surviving_log();
  for (const Endpoints::Member& member : endpoints_.members())
    if (member.initial != NodeRole::client)
      state.logs_on_disk.push_back({member.node, model_->log_on_disk(member.node)});
  for (const NodeId node : model_->live_replicas())
    state.live_replicas.push_back({node, model_->visible(node)});
  state.io = accounts_.io();
  state.traffic = accounts_.traffic();
  state.storage_nodes = accounts_.storage_nodes();
  state.fingerprint = facts_.fingerprint();
  state.events = queue_.events_run();
  return state;
}

RunSummary Run::play() {
  metrics_.add_to(facts_);
  checks_.add_to(facts_);
  if (registers_) facts_.add_sink(*registers_);
  facts_.add_sink(accounts_);
  std::unique_ptr<EventFile> events;
  if (options_.events) {
    std::vector<std::string> names;
    for (std::uint32_t n = 0; n < world_.node_count(); ++n)
      names.push_back(world_.node(NodeId{n}).name());
    events = std::make_unique<EventFile>(options_.events_path, std::move(names));
    facts_.add_sink(events->writer());
  }

  if (options_.listener) facts_.add_sink(*options_.listener);
  if (options_.trace) {
    options_.trace->attach(world_, metrics_config_.nodes, factory_.steps);
    facts_.add_sink(*options_.trace);
    trace_tap = options_.trace;
  }

  world_.seal();
  nemesis_.begin();
  workload_.begin();
  queue_.post_at(from_s(scenario_.warmup_s), [this] { accounts_.begin(); });
  queue_.post_at(from_s(scenario_.duration_s), [this] { accounts_.end(); });
  world_.run(from_s(scenario_.duration_s + scenario_.settle_s));
  workload_.conclude();
  if (events) events->close(options_.events_path);

  const FinalState state = final_state();
  RunSummary summary = metrics_.finish(state);
  if (factory_.survives) summary.survives = factory_.survives(architecture_);
  summary.checks = checks_.finish(state, summary);
  if (registers_) registers_->finish(state, summary);
  if (registers_ && options_.history) write_history(*registers_, options_.history_path);
  return summary;
}

}  // namespace

RunSummary run_one(const Scenario& scenario, const ArchitectureSpec& architecture,
                   const ModelRegistry& registry, const RunOptions& options) {
  Run run(scenario, architecture, factory_of(architecture, registry), options);
  return run.play();
}

}  // namespace writepath
