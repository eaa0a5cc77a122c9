// Other volumes' segments on the same device and processors.
#include "models/aurora_quorum/storage_node.hpp"
#include "sim/core/distribution.hpp"

namespace writepath::aurora {

Neighbours::Neighbours(StorageNode& node, const World& world, const StorageOptions& options,
                       const std::string& copy)
    : node_(node) {
  for (std::size_t i = 0; i < options.neighbours.size(); ++i) {
    const NeighbourSpec& spec = options.neighbours[i];
    if (spec.copy != "all" && spec.copy != copy) continue;
    const std::string name = "storage.neighbours." + copy + "." + std::to_string(i);
    if (spec.boxcars_per_s > 0) loads_.push_back({&spec, false, world.stream(name + ".boxcars")});
    if (spec.page_ios_per_s > 0) loads_.push_back({&spec, true, world.stream(name + ".pages")});
  }
}

void Neighbours::start() {
  for (Load& load : loads_) node_.node().scope().spawn(arrivals(load));
}

DurationNs Neighbours::gap(Load& load) const {
  const double mean_s = 1 / (load.pages ? load.spec->page_ios_per_s : load.spec->boxcars_per_s);
  if (load.spec->arrivals == NeighbourSpec::Arrivals::constant) return from_s(mean_s);
  return from_s(Distribution{Exponential{mean_s}}.sample(load.stream));
}

Task<> Neighbours::arrivals(Load& load) {
  EventQueue& queue = node_.cluster().queue();
  const TimeNs until = load.spec->until_s ? from_s(*load.spec->until_s) : never;
  TimeNs next = std::max(queue.now(), from_s(load.spec->from_s)) + gap(load);
  for (; next < until; next += gap(load)) {
    co_await sleep_until(queue, next);
    node_.node().scope().spawn(one(load));
  }
}

Task<> Neighbours::one(Load& load) {
  Node& node = node_.node();
  if (load.pages) {
    co_await node.storage().read(node_.cluster().layout.page_bytes(), Purpose::neighbour);
    co_return;
  }
  const DurationNs cpu = from_us(node_.options().receive_cpu_us);
  if (cpu > 0) co_await node.cpu().serve(cpu);
  const auto bytes = static_cast<std::uint64_t>(load.spec->boxcar_kb * 1024);
  co_await node.storage().write_through(bytes, Purpose::neighbour);
}

}  // namespace writepath::aurora
