#pragma once
// What differs between SimGrid 3.32 (Debian 12) and 4.x, in one place. Include it from .cpp files
// only: it costs seconds to compile. Names are asked for by `requires` where that is possible, so
// that no release number needs to be known exactly.

// SimGrid's version.h and kernel headers rely on what s4u.hpp includes: no sorting here.
// clang-format off
#include <simgrid/s4u.hpp>
#include <simgrid/version.h>
#include <simgrid/kernel/Timer.hpp>
#include <simgrid/kernel/resource/Model.hpp>
#include <xbt/config.hpp>
// clang-format on

#include <string>
#include <utility>
#include <vector>

#ifndef SIMGRID_VERSION
#error "SimGrid's version is unknown"
#endif

namespace writepath::compat {

namespace sg4 = simgrid::s4u;

/// A zone with explicit routes; a null parent makes it the root (4.x: a child of its given root).
inline sg4::NetZone* add_full_zone(sg4::NetZone* parent, const std::string& name) {
#if SIMGRID_VERSION >= 40000
  if (parent == nullptr) parent = sg4::Engine::get_instance()->get_netzone_root();
  return parent->add_netzone_full(name);
#else
  sg4::NetZone* const zone = sg4::create_full_zone(name);
  if (parent != nullptr) zone->set_parent(parent);
  return zone;
#endif
}

/// `speed` in flop/s.
template <class Zone>
sg4::Host* add_host(Zone* zone, const std::string& name, double speed) {
  if constexpr (requires { zone->add_host(name, speed); })
    return zone->add_host(name, speed);
  else
    return zone->create_host(name, speed);
}

/// `bandwidth` in bytes/s. Set latency and sharing on the result, then seal() it.
template <class Zone>
sg4::Link* add_link(Zone* zone, const std::string& name, double bandwidth) {
  if constexpr (requires { zone->add_link(name, bandwidth); })
    return zone->add_link(name, bandwidth);
  else
    return zone->create_link(name, bandwidth);
}

/// A route between two hosts of the zone.
template <class Zone>
void add_route(Zone* zone, sg4::Host* from, sg4::Host* to,
               const std::vector<sg4::LinkInRoute>& links, bool symmetrical = true) {
  if constexpr (requires { zone->add_route(from, to, links, symmetrical); })
    zone->add_route(from, to, links, symmetrical);
  else
    zone->add_route(from->get_netpoint(), to->get_netpoint(), nullptr, nullptr, links, symmetrical);
}

/// A route between two child zones; each is entered and left at its gateway host.
template <class Zone>
void add_zone_route(Zone* parent, Zone* from, sg4::Host* from_gateway, Zone* to,
                    sg4::Host* to_gateway, const std::vector<sg4::LinkInRoute>& links,
                    bool symmetrical = true) {
  if constexpr (requires { parent->add_route(from, to, links, symmetrical); }) {
    from->set_gateway(from_gateway->get_netpoint());
    to->set_gateway(to_gateway->get_netpoint());
    parent->add_route(from, to, links, symmetrical);
  } else {
    parent->add_route(from->get_netpoint(), to->get_netpoint(), from_gateway->get_netpoint(),
                      to_gateway->get_netpoint(), links, symmetrical);
  }
}

/// Bytes/s that SimGrid's flows take on the link now.
template <class Link>
double link_load(const Link* link) {
  if constexpr (requires { link->get_load(); })
    return link->get_load();
  else
    return link->get_usage();
}

/// Calls `callback` whenever a Host (or Link) goes on or off.
template <class Resource, class Callback>
void on_onoff(Callback callback) {
  if constexpr (requires { Resource::on_onoff_cb(callback); })
    Resource::on_onoff_cb(callback);
  else
    Resource::on_state_change_cb(callback);
}

template <class Code, class Host>
sg4::ActorPtr add_actor(Host* host, const std::string& name, Code code) {
  if constexpr (requires { host->add_actor(name, code); })
    return host->add_actor(name, code);
  else
    return sg4::Actor::create(name, host, std::move(code));
}

/// SimGrid's tolerance for equal dates, in seconds: it may end an activity that much early.
inline double timing_precision() {
#if SIMGRID_VERSION >= 33500
  return simgrid::config::get_value<double>("precision/timing");
#else
  return simgrid::config::get_value<double>("surf/precision");
#endif
}

}  // namespace writepath::compat
