#pragma once
// The benchmark's seven hosts in SimGrid, each pair joined by a route of the workload's latency.
#include <memory>
#include <string>
#include <vector>

#include "sim/engine/simgrid_compat.hpp"
#include "tests/bench/fanout.hpp"

namespace writepath::bench {

struct Platform {
  Platform() {
    static std::string words[] = {"bench", "--log=root.thres:critical", "--cfg=network/model:CM02",
                                  "--cfg=network/crosstraffic:0", "--cfg=contexts/stack-size:64"};
    static std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    int count = static_cast<int>(arguments.size());
    engine = std::make_unique<simgrid::s4u::Engine>(&count, arguments.data());
    auto* const zone = compat::add_full_zone(nullptr, "zone");
    for (int i = 0; i < nodes; ++i)
      hosts.push_back(compat::add_host(zone, "host-" + std::to_string(i), 1e9));
    for (int i = 0; i < nodes; ++i) {
      for (int j = i + 1; j < nodes; ++j) {
        auto* const link =
            compat::add_link(zone, std::to_string(i) + "-" + std::to_string(j), 1.25e9);
        // The mean of the workload's jitter, which a plain SimGrid link does not have.
        link->set_latency(static_cast<double>(latency_ns(i, j)) * 1e-9 * (1 + jitter / 2));
        link->set_sharing_policy(simgrid::s4u::Link::SharingPolicy::FATPIPE);
        link->seal();
        compat::add_route(zone, hosts[i], hosts[j], {simgrid::s4u::LinkInRoute(link)});
      }
    }
    zone->seal();
    engine->seal_platform();
  }
  std::unique_ptr<simgrid::s4u::Engine> engine;
  std::vector<simgrid::s4u::Host*> hosts;
};

}  // namespace writepath::bench
