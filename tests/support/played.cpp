#include "tests/support/played.hpp"

#include <set>
#include <sstream>

#include "sim/faults/expand_plan.hpp"
#include "sim/faults/nemesis.hpp"
#include "sim/workload/workload.hpp"
#include "tests/unit/engine/child_process.hpp"

namespace writepath::test {

namespace {

class Scribe final : public FactSink {
 public:
#define WRITEPATH_NOTE(F) \
  void on(const F& fact) override { note(fact); }
  WRITEPATH_FOR_EACH_FACT(WRITEPATH_NOTE)
#undef WRITEPATH_NOTE
  std::string text() const { return out_.str(); }

 private:
  template <class F>
  void note(const F& fact) {
    out_ << "fact " << F::name;
    fact.fields([this](const char* key, const auto& value) { this->field(key, value); });
    out_ << "\n";
  }
  void field(const char*, const char*) {}
  template <class T>
  requires std::is_integral_v<T>
  void field(const char* key, T value) {
    out_ << " " << key << "=" << static_cast<std::int64_t>(value);
  }
  template <class Tag, class Rep>
  void field(const char* key, StrongId<Tag, Rep> id) {
    field(key, id.value);
  }
  std::ostringstream out_;
};

std::string play_here(Scenario scenario, const PlayOptions& options) {
  scenario.architectures[0].options = std::make_shared<DirectOptions>(options.model);
  const bool probe = !scenario.faults.empty() && scenario.workload.probe.enabled;
  if (scenario.workload.heartbeat.enabled)
    scenario.workload.transactions.push_back(heartbeat_transaction());
  if (probe) scenario.workload.transactions.push_back(probe_transaction());
  scenario.faults =
      expand_plan(scenario, scenario.architectures[0], direct_factory().entry, options.seed);
  EventQueue queue;
  World world(queue, {scenario.network, options.seed, options.engine, NetworkMode::closed_form});
  FactLog facts;
  Scribe scribe;
  facts.add_sink(scribe);
  Endpoints endpoints;
  KeyChooser keys(scenario.workload.keys);
  ModelContext context(world, scenario, scenario.architectures[0], facts, endpoints, keys);
  const auto model = direct_factory().make();
  model->deploy(context);
  Workload workload(world, scenario, facts, endpoints, *model, keys, probe);
  Nemesis nemesis(world, scenario, scenario.architectures[0], facts, endpoints);
  world.seal();
  nemesis.begin();
  workload.begin();
  world.run(from_s(scenario.duration_s + scenario.settle_s));
  std::ostringstream out;
  out << "left open_calls " << workload.clients().calls.open_calls() << "\n";
  out << "left sessions " << workload.clients().front_end.sessions() << "\n";
  workload.conclude();
  out << "left open_calls_at_end " << workload.clients().calls.open_calls() << "\n";
  for (std::uint32_t n = 0; n < world.node_count(); ++n) {
    out << "node " << world.node(NodeId{n}).name() << " " << n << "\n";
    world.node(NodeId{n}).scope().kill();
  }
  out << "fingerprint " << std::hex << facts.fingerprint() << "\n";
  return scribe.text() + out.str() + "done\n";
}

void read_fact(std::istringstream& line, Played& played) {
  static std::set<std::string> names;  // a run has millions of fields and a few names
  FactRecord fact;
  line >> fact.name;
  for (std::string field; line >> field;) {
    const std::size_t at = field.find('=');
    const std::string* const name = &*names.insert(field.substr(0, at)).first;
    fact.fields.push_back({name, std::stoll(field.substr(at + 1))});
  }
  played.facts.push_back(std::move(fact));
}

}  // namespace

std::vector<FactRecord> Played::of(const std::string& name) const {
  std::vector<FactRecord> found;
  for (const FactRecord& fact : facts)
    if (fact.name == name) found.push_back(fact);
  return found;
}

Played play(const Scenario& scenario, const PlayOptions& options) {
  const ChildResult child = in_child_process([&] { return play_here(scenario, options); });
  Played played;
  bool done = false;
  std::istringstream text(child.text);
  for (std::string row; std::getline(text, row);) {
    std::istringstream line(row);
    std::string kind, name;
    line >> kind;
    if (kind == "fact") {
      read_fact(line, played);
    } else if (kind == "node") {
      line >> name;
      line >> played.nodes[name];
    } else if (kind == "left") {
      line >> name;
      line >> played.left[name];
    } else if (kind == "fingerprint") {
      line >> played.fingerprint;
    } else if (kind == "done") {
      done = true;
    } else {
      played.failure += row + "\n";
    }
  }
  if (child.status != 0) played.failure += "status " + std::to_string(child.status) + "\n";
  if (!done && played.failure.empty()) played.failure = "cut short";
  return played;
}

Scenario quiet_scenario() {
  Scenario scenario;
  scenario.name = "quiet";
  scenario.duration_s = 10;
  scenario.warmup_s = 0;
  scenario.settle_s = 20;
  for (NetworkLevel* level : {&scenario.network.intra_az, &scenario.network.inter_az}) {
    level->rtt_ms = level == &scenario.network.intra_az ? 0.5 : 1;
    level->jitter = {Constant{1}};
  }
  NodeSpec primary;
  primary.id = "db";
  primary.az = "a";
  primary.cpus = 1;
  primary.device = default_device(StorageKind::local);
  primary.device->flush_ms = {Constant{1}};
  primary.device->iops = 1e6;
  primary.device->bandwidth_mb_per_s = 1e6;
  ArchitectureSpec architecture;
  architecture.name = "direct";
  architecture.model = "direct";
  architecture.nodes = {primary};
  architecture.options = std::make_shared<DirectOptions>();
  scenario.architectures = {architecture};
  return scenario;
}

ClientGroup open_group(const std::string& name, double rate_per_s, OpenLoop::Arrivals arrivals) {
  ClientGroup group;
  group.name = name;
  group.azs = {"a"};
  group.open_loop = OpenLoop{};
  group.open_loop->arrivals = arrivals;
  group.open_loop->rate_per_s = rate_per_s;
  return group;
}

}  // namespace writepath::test
