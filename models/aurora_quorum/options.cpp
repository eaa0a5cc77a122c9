#include <algorithm>

#include "models/aurora_quorum/options_parts.hpp"
#include "sim/scenario/words.hpp"

namespace writepath::aurora {
namespace {

constexpr std::int64_t most_readers = 15;

std::string ids_of(const ArchitectureSpec& architecture) {
  std::string ids;
  for (const NodeSpec& node : architecture.nodes) ids += (ids.empty() ? "" : ", ") + node.id;
  return ids;
}
}  // namespace

void describe(Fields& f, Options& o, const ArchitectureSpec& architecture,
              const Scenario& scenario) {
  f.about("Amazon Aurora: a quorum of storage nodes under one writer and its readers.");
  describe_copies(f, o, architecture, scenario);
  describe_quorums(f, o);
  describe_log(f, o);
  f.object("writer", o.writer, {"The writer."});
  f.object("undo", o.undo, {"What a crash leaves of transactions that had not committed."});
  f.object("storage", o.storage, {"The storage nodes."});
  const std::vector<std::string> copies = placement_of(o).names;
  const auto require_copy = [&](const std::string& copy) {
    f.require(std::find(copies.begin(), copies.end(), copy) != copies.end(), "storage", [&] {
      return "has no copy " + quoted(copy) + "; legal: " + names_of(~CopySet{0}, copies);
    });
  };
  for (const SlowCopySpec& s : o.storage.slow) require_copy(s.copy);
  for (const NeighbourSpec& n : o.storage.neighbours)
    if (n.copy != "all") require_copy(n.copy);
  f.object("repair", o.repair, {"How a lost storage node is found and replaced."});
  const Placement placement = placement_of(o);
  f.require((o.repair.spares_per_az == 0 && !o.repair.az_loss_to_3_of_4_after_s) ||
                placement.full == placement.all(),
            "repair", [] {
              return std::string(
                  "replaces copies that are all full; spares_per_az and az_loss_to_3_of_4_after_s "
                  "do not go with tail segments");
            });
  f.object("reader", o.reader, {"The readers."});
  f.object("page_reads", o.page_reads, {"Reads of pages that are not in a buffer pool."});
  if (o.failover.monitor_azs.empty())
    for (const CopiesSpec& c : o.copies) o.failover.monitor_azs.push_back(c.az);
  f.object("failover", o.failover, {"How a lost writer is found and replaced."});
  for (const std::string& az : o.failover.monitor_azs)
    f.require(az_exists(scenario.network, az), "failover",
              [&] { return unknown_az(scenario.network, az); });

  for (const PromotionTierSpec& spec : o.failover.promotion_tiers)
    f.require(std::any_of(architecture.nodes.begin(), architecture.nodes.end(),
                          [&](const NodeSpec& node) { return node.id == spec.instance; }),
              "failover", [&] {
                return "promotion_tiers names " + quoted(spec.instance) +
                       ", which is no node of this architecture; legal: " + ids_of(architecture);
              });

  std::int64_t primaries = 0, replicas = 0;
  for (const NodeSpec& node : architecture.nodes) {
    primaries += node.role == NodeRole::primary;
    replicas += node.role == NodeRole::replica;
  }
  f.require(primaries == 1, "", [&] {
    return quoted(architecture.name) + " has " + std::to_string(primaries) +
           " nodes of role primary; a volume has one writer";
  });
  f.require(primaries + replicas == static_cast<std::int64_t>(architecture.nodes.size()), "", [] {
    return std::string(
        "nodes may be of role primary or replica; storage nodes and monitors are "
        "placed by options (copies, failover/monitor_azs)");
  });
  f.require(replicas <= most_readers, "", [&] {
    return "has " + std::to_string(replicas) + " readers; at most 15 (SIGMOD 2017, S4.2.4)";
  });
}

}  // namespace writepath::aurora
