#include "sim/world/platform.hpp"

#include <algorithm>
#include <unordered_map>

#include "sim/core/check.hpp"
#include "sim/engine/simgrid_compat.hpp"

namespace writepath {

namespace {

namespace sg4 = simgrid::s4u;
using simgrid::kernel::resource::Action;
using Activity = simgrid::kernel::activity::ActivityImpl;

/// SimGrid counts bytes a second.
double to_simgrid(double bytes_per_ns) { return bytes_per_ns * 1e9; }
double from_simgrid(double bytes_per_s) { return bytes_per_s * 1e-9; }

/// SimGrid allows one engine a process, and prints each setting unless told otherwise.
sg4::Engine* make_engine() {
  static char program[] = "writepath", quiet[] = "--log=xbt_cfg.thresh:warning";
  static char* arguments[] = {program, quiet, nullptr};
  static int count = 2;
  static char** values = arguments;
  auto* const engine = new sg4::Engine(&count, values);
  // The default (LV08) multiplies latencies by 13.01, counts cross traffic and caps a flow by a TCP
  // window of 4 MB: a 1 ms round trip must take 1 ms, and windows are not modelled.
  sg4::Engine::set_config("network/model:CM02");
  sg4::Engine::set_config("network/crosstraffic:0");
  sg4::Engine::set_config("network/TCP-gamma:0");
  sg4::Engine::set_config("network/latency-factor:0");
  return engine;
}

std::vector<sg4::LinkInRoute> route(std::initializer_list<const sg4::Link*> links) {
  std::vector<sg4::LinkInRoute> result;
  for (const sg4::Link* link : links) result.emplace_back(link);
  return result;
}

}  // namespace

struct Platform::Impl {
  struct Flow {
    sg4::CommPtr comm;
    std::uint64_t owner = 0;
    std::uint32_t generation = 0;
  };

  sg4::Engine* engine = nullptr;
  std::vector<sg4::Host*> hosts;
  std::vector<sg4::Link*> nic_up, nic_down, az_pair;
  std::vector<Flow> flows;
  std::vector<std::uint32_t> free_flows;
  std::unordered_map<const Activity*, std::uint32_t> slot_of;  // looked up, never walked
  std::function<void(std::uint64_t, TimeNs)> done;

  static inline Impl* live = nullptr;  // SimGrid keeps its callbacks for good

  void build(const Topology& topology, const std::vector<PlatformHost>& described);
  void build_az(const Topology& topology, const std::vector<PlatformHost>& described,
                std::size_t az, sg4::NetZone* zone, sg4::Host* gateway);
  sg4::Link* link(LinkKind kind, std::size_t index) const {
    const auto& links = kind == LinkKind::nic_up     ? nic_up
                        : kind == LinkKind::nic_down ? nic_down
                                                     : az_pair;
    WRITEPATH_CHECK(index < links.size() && links[index] != nullptr, "no such link");
    return links[index];
  }
  std::uint64_t forget(std::uint32_t slot);
  void ended(const Action& action);
};

Platform::Platform(const Topology& topology, const std::vector<PlatformHost>& hosts)
    : impl_(std::make_unique<Impl>()) {
  impl_->engine = make_engine();
  impl_->build(topology, hosts);
  Impl::live = impl_.get();
  sg4::Link::on_communication_state_change_cb(
      [](simgrid::kernel::resource::NetworkAction& action, Action::State) {
        // NetworkAction is opaque to users, its only base is not.
        if (Impl::live != nullptr) Impl::live->ended(reinterpret_cast<const Action&>(action));
      });
}

// The engine stays: SimGrid allows no second one, and its teardown would run what is left.
Platform::~Platform() { Impl::live = nullptr; }

// AZs are zones with explicit routes between their hosts, and a gateway (a host that does nothing)
// towards the others. Bandwidth within an AZ caps each flow (a fat pipe: the fabric itself does not
// block); between AZs it is shared by all.
void Platform::Impl::build(const Topology& topology, const std::vector<PlatformHost>& described) {
  sg4::NetZone* const root = compat::add_full_zone(nullptr, "world");
  std::vector<sg4::NetZone*> regions, zones;
  std::vector<sg4::Host*> gateways;
  for (const std::string& name : topology.regions())
    regions.push_back(compat::add_full_zone(root, "region " + name));
  const std::size_t az_count = topology.azs().size();
  for (std::size_t az = 0; az < az_count; ++az) {
    const std::string& name = topology.azs()[az];
    zones.push_back(compat::add_full_zone(regions[topology.region_of(az)], "az " + name));
    gateways.push_back(compat::add_host(zones.back(), "gateway " + name, 1e9));
  }
  hosts.resize(described.size());
  nic_up.resize(described.size());
  nic_down.resize(described.size());
  for (std::size_t az = 0; az < az_count; ++az)
    build_az(topology, described, az, zones[az], gateways[az]);

  az_pair.resize(az_count * az_count);
  for (std::size_t from = 0; from < az_count; ++from)
    for (std::size_t to = 0; to < az_count; ++to) {
      if (from == to) continue;
      const Direction& direction = topology.direction(from, to);
      const bool same_region = topology.region_of(from) == topology.region_of(to);
      sg4::NetZone* const parent = same_region ? regions[topology.region_of(from)] : root;
      sg4::Link*& link = az_pair[from * az_count + to];
      link = compat::add_link(parent, topology.azs()[from] + ">" + topology.azs()[to],
                              to_simgrid(direction.bytes_per_ns));
      link->set_latency(to_s(direction.one_way))->seal();
      if (same_region)
        compat::add_zone_route(parent, zones[from], gateways[from], zones[to], gateways[to],
                               route({link}), false);
      else  // each pair of AZs has a way of its own between two regions
        parent->add_bypass_route(zones[from]->get_netpoint(), zones[to]->get_netpoint(),
                                 gateways[from]->get_netpoint(), gateways[to]->get_netpoint(),
                                 route({link}));
    }
  for (auto* zone : zones) zone->seal();
  for (auto* region : regions) region->seal();
  root->seal();
  engine->seal_platform();
}

void Platform::Impl::build_az(const Topology& topology, const std::vector<PlatformHost>& described,
                              std::size_t az, sg4::NetZone* zone, sg4::Host* gateway) {
  const Direction& inside = topology.direction(az, az);
  sg4::Link* const fabric =
      compat::add_link(zone, "fabric " + topology.azs()[az], to_simgrid(inside.bytes_per_ns));
  fabric->set_latency(to_s(inside.one_way))
      ->set_sharing_policy(sg4::Link::SharingPolicy::FATPIPE)
      ->seal();
  std::vector<std::size_t> here;
  for (std::size_t i = 0; i < described.size(); ++i) {
    if (described[i].az != az) continue;
    const double nic = to_simgrid(described[i].nic_bytes_per_ns);
    hosts[i] = compat::add_host(zone, described[i].name, 1e9);
    nic_up[i] = compat::add_link(zone, "up " + described[i].name, nic)->seal();
    nic_down[i] = compat::add_link(zone, "down " + described[i].name, nic)->seal();
    compat::add_route(zone, hosts[i], gateway, route({nic_up[i]}), false);
    compat::add_route(zone, gateway, hosts[i], route({nic_down[i]}), false);
    here.push_back(i);
  }
  for (const std::size_t from : here)
    for (const std::size_t to : here)
      if (from != to)
        compat::add_route(zone, hosts[from], hosts[to], route({nic_up[from], fabric, nic_down[to]}),
                          false);
}

DurationNs Platform::route_latency(std::size_t from, std::size_t to) const {
  std::vector<sg4::Link*> links;
  double latency_s = 0;
  impl_->hosts[from]->route_to(impl_->hosts[to], links, &latency_s);
  return from_s(latency_s);
}

double Platform::usage_bytes_per_ns(LinkKind kind, std::size_t index) const {
  return from_simgrid(compat::link_load(impl_->link(kind, index)));
}

void Platform::set_bandwidth(LinkKind kind, std::size_t index, double bytes_per_ns) {
  impl_->link(kind, index)->set_bandwidth(to_simgrid(bytes_per_ns));
}

FlowId Platform::start_flow(std::size_t from, std::size_t to, std::uint64_t bytes,
                            std::uint64_t owner) {
  std::uint32_t slot;
  if (impl_->free_flows.empty()) {
    slot = static_cast<std::uint32_t>(impl_->flows.size());
    impl_->flows.emplace_back();
  } else {
    slot = impl_->free_flows.back();
    impl_->free_flows.pop_back();
  }
  Impl::Flow& flow = impl_->flows[slot];
  flow.comm = sg4::Comm::sendto_init(impl_->hosts[from], impl_->hosts[to]);
  flow.comm->set_payload_size(std::max<std::uint64_t>(bytes, 1));
  flow.owner = owner;
  impl_->slot_of.emplace(flow.comm->get_impl(), slot);
  flow.comm->detach();
  return {slot, flow.generation};
}

void Platform::cancel_flow(FlowId id) {
  if (!id.valid() || impl_->flows[id.slot].generation != id.generation) return;
  const sg4::CommPtr comm = impl_->flows[id.slot].comm;
  impl_->forget(id.slot);
  comm->cancel();
}

void Platform::on_flow_done(std::function<void(std::uint64_t, TimeNs)> done) {
  impl_->done = std::move(done);
}

std::uint64_t Platform::Impl::forget(std::uint32_t slot) {
  Flow& flow = flows[slot];
  slot_of.erase(flow.comm->get_impl());
  flow.comm = nullptr;
  ++flow.generation;
  free_flows.push_back(slot);
  return flow.owner;
}

void Platform::Impl::ended(const Action& action) {
  const bool finished = action.get_state() == Action::State::FINISHED;
  if (!finished && action.get_state() != Action::State::FAILED) return;
  const auto found = slot_of.find(action.get_activity());
  if (found == slot_of.end()) return;
  const std::uint64_t owner = forget(found->second);
  if (finished && done) done(owner, from_s(sg4::Engine::get_clock()));
}

void Platform::turn_off(std::size_t host) { impl_->hosts[host]->turn_off(); }
void Platform::turn_on(std::size_t host) { impl_->hosts[host]->turn_on(); }
bool Platform::is_on(std::size_t host) const { return impl_->hosts[host]->is_on(); }

}  // namespace writepath
