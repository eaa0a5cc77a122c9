// Lossy and slow paths. A message's whole latency is drawn when it is sent, so that a change
// strikes what is sent after it, and costs nothing between changes.
#include <algorithm>

#include "sim/world/network_impl.hpp"

namespace writepath {

namespace {

/// From all that is in force, not by undoing: sums of floating point numbers don't come back.
void add_up(Path& path) {
  double arrives = 1 - path.own_loss_probability;
  path.delay = 0;
  for (const Impairment& impairment : path.impairments) {
    arrives *= 1 - impairment.loss_probability;
    path.delay += impairment.delay;
  }
  path.loss_probability = path.impairments.empty() ? path.own_loss_probability : 1 - arrives;
}

}  // namespace

void Network::impair(NodeId from, NodeId to, const Impairment& impairment) {
  Path& path = impl_->paths[impl_->path_between(from, to)];
  if (path.link_count == 0) return;
  path.impairments.push_back(impairment);
  add_up(path);
}

void Network::repair(NodeId from, NodeId to, const Impairment& impairment) {
  Path& path = impl_->paths[impl_->path_between(from, to)];
  auto& all = path.impairments;
  const auto found = std::find(all.begin(), all.end(), impairment);
  if (found == all.end()) return;
  all.erase(found);
  add_up(path);
}

}  // namespace writepath
