#include "sim/world/topology.hpp"

#include "sim/core/check.hpp"

namespace writepath {

namespace {

Direction to_direction(const NetworkLevel& level) {
  return {from_ms(level.rtt_ms / 2), level.jitter, bytes_per_ns(level.bandwidth_gbps),
          level.loss_probability};
}

void apply(const LinkOverride& link, Direction& direction) {
  if (link.rtt_ms) direction.one_way = from_ms(*link.rtt_ms / 2);
  if (link.jitter) direction.jitter = *link.jitter;
  if (link.bandwidth_gbps) direction.bytes_per_ns = bytes_per_ns(*link.bandwidth_gbps);
  if (link.loss_probability) direction.loss_probability = *link.loss_probability;
}

}  // namespace

Topology::Topology(const NetworkSpec& spec) {
  for (const Region& region : spec.regions) {
    for (const std::string& name : region.azs) {
      azs_.push_back(name);
      region_of_.push_back(regions_.size());
    }
    regions_.push_back(region.name);
  }
  for (std::size_t from = 0; from < azs_.size(); ++from)
    for (std::size_t to = 0; to < azs_.size(); ++to)
      directions_.push_back(to_direction(from == to                           ? spec.intra_az
                                         : region_of_[from] == region_of_[to] ? spec.inter_az
                                                                              : spec.inter_region));
  for (const LinkOverride& link : spec.links) override_with(link);
}

void Topology::override_with(const LinkOverride& link) {
  const std::size_t from = az(link.from), to = az(link.to);
  apply(link, directions_[from * azs_.size() + to]);
  if (!link.one_way && from != to) apply(link, directions_[to * azs_.size() + from]);
}

std::size_t Topology::az(std::string_view name) const {
  for (std::size_t i = 0; i < azs_.size(); ++i)
    if (azs_[i] == name) return i;
  WRITEPATH_CHECK(false, "an AZ that the network does not have");
  return 0;
}

const Direction& Topology::loopback() {
  static const Direction direction{11'500, Distribution{Constant{1}}, bytes_per_ns(40), 0};
  return direction;
}

}  // namespace writepath
