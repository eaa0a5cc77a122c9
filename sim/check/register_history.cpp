#include "sim/check/register_history.hpp"

#include <algorithm>

#include "sim/core/check.hpp"

namespace writepath {
namespace {

/// The versions of one register in one epoch, by position.
struct Chain {
  std::uint32_t of;
  Epoch epoch;
  std::vector<std::pair<std::uint64_t, std::uint64_t>> values;  ///< position, value
};

class Versions {
 public:
  void add(std::uint32_t of, LogPlace place, std::uint64_t value) {
    chain(of, place.epoch).values.emplace_back(place.seq.value, value);
  }
  /// Positions are stated in their order; a broken model's may not be.
  void sort() {
    for (Chain& c : chains_)
      std::stable_sort(c.values.begin(), c.values.end(),
                       [](const auto& a, const auto& b) { return a.first < b.first; });
  }
  /// The register's last write in the history that ends at `seen`: its place, and its value.
  std::pair<LogPlace, std::uint64_t> at(std::uint32_t of, LogPlace seen,
                                        const Lineage& lineage) const {
    LogPlace tip = seen;
    for (std::size_t steps = 0; steps <= lineage.forks().size(); ++steps) {
      if (const auto* found = last(of, tip))
        return {{tip.epoch, CommitSeq{found->first}}, found->second};
      const Lineage::Fork* fork = lineage.fork_of(tip.epoch);
      if (!fork) break;
      tip = {fork->kept.epoch, std::min(tip.seq, fork->kept.seq)};
    }
    return {};
  }

 private:
  Chain& chain(std::uint32_t of, Epoch epoch) {
    for (Chain& c : chains_)
      if (c.of == of && c.epoch == epoch) return c;
    chains_.push_back({of, epoch, {}});
    return chains_.back();
  }
  const std::pair<std::uint64_t, std::uint64_t>* last(std::uint32_t of, LogPlace tip) const {
    for (const Chain& c : chains_) {
      if (c.of != of || c.epoch != tip.epoch) continue;
      const auto after = std::upper_bound(
          c.values.begin(), c.values.end(), tip.seq.value,
          [](std::uint64_t position, const auto& value) { return position < value.first; });
      return after == c.values.begin() ? nullptr : &*std::prev(after);
    }
    return nullptr;
  }
  std::vector<Chain> chains_;
};

}  // namespace

void RegisterHistory::on(const RegisterInvoked& fact) {
  if (fact.process >= under_way_.size()) under_way_.resize(fact.process + 1, none);
  const auto number = static_cast<std::uint32_t>(operations_.size());
  WRITEPATH_CHECK(under_way_[fact.process] == none, "a register client does two things at once");
  under_way_[fact.process] = number;
  if (fact.write) writes_[fact.txn.value] = number;
  RegisterOperation operation;
  operation.of = fact.of;
  operation.client = fact.process;
  operation.write = fact.write;
  operation.value = fact.txn.value;
  operation.invoked = events_++;
  operation.done = RegisterOperation::open;
  operation.invoked_at = operation.done_at = fact.at;
  operation.node = fact.client;
  operation.server = no_node;
  operations_.push_back(operation);
}

void RegisterHistory::on(const RegisterDone& fact) {
  WRITEPATH_CHECK(fact.process < under_way_.size() && under_way_[fact.process] != none,
                  "a register operation ended that never began");
  RegisterOperation& operation = operations_[under_way_[fact.process]];
  under_way_[fact.process] = none;
  operation.outcome = fact.outcome;
  operation.done = events_++;
  operation.done_at = fact.at;
  operation.server = fact.server;
  operation.place = fact.place;
}

void RegisterHistory::on(const CommitOrdered& fact) {
  const std::uint32_t* write = writes_.find(fact.txn.value);
  if (write) versions_.push_back({operations_[*write].of, fact.place, fact.txn.value});
}

std::vector<RegisterOperation> RegisterHistory::operations(const Lineage& lineage) const {
  Versions versions;
  for (const Version& v : versions_) versions.add(v.of, lineage.first_name(v.place), v.value);
  versions.sort();
  std::vector<RegisterOperation> all = operations_;
  number_processes(all);
  for (RegisterOperation& operation : all) {
    if (operation.outcome != RegisterOutcome::ok) continue;
    operation.place = lineage.first_name(operation.place);
    operation.version = operation.place;
    if (!operation.write)
      std::tie(operation.version, operation.value) =
          versions.at(operation.of, operation.place, lineage);
  }
  return all;
}

/// Jepsen's rule: whose operation stays in doubt is never heard of again; the client goes on as a
/// process whose number is higher by the number of clients.
void RegisterHistory::number_processes(std::vector<RegisterOperation>& operations) const {
  std::vector<std::uint32_t> process(under_way_.size());
  for (std::uint32_t client = 0; client < process.size(); ++client) process[client] = client;
  for (RegisterOperation& operation : operations) {
    operation.process = process[operation.client];
    if (operation.outcome == RegisterOutcome::info)
      process[operation.client] += static_cast<std::uint32_t>(process.size());
  }
}

}  // namespace writepath
