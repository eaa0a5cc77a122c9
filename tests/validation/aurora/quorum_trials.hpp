#pragma once
// Quorums and nothing else, played on the simulator's own network and event engine: one coordinator
// sends to n copies without storage or processors, each copy answers, and a QuorumRule decides when
// enough have. Writes and reads have coordinators of their own, so that their one-way delays may
// differ: W and A for writes, R and S for reads (the WARS model of Bailis et al., VLDB 2012).
#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "models/common/quorum.hpp"
#include "tests/unit/world/fixture.hpp"

namespace writepath::test {

/// One-way delays in ms.
struct Delays {
  Distribution w, a, r, s;
};

/// Times in ms of what many trials saw, by the number of copies that had to answer (1 .. n).
struct Samples {
  std::vector<std::vector<float>> write, read;
  /// [R - 1][W - 1]: how long after the commit a read must begin to see the write.
  std::vector<std::vector<std::vector<float>>> visible;
};

inline double quantile(std::vector<float>& values, double p) {
  const auto at = static_cast<std::ptrdiff_t>(p * static_cast<double>(values.size()));
  std::nth_element(values.begin(), values.begin() + at, values.end());
  return values[static_cast<std::size_t>(at)];
}
inline double mean(const std::vector<float>& values) {
  double sum = 0;
  for (const float value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

class QuorumTrials {
 public:
  /// A read follows every `writes_for_a_read`-th write; 0: none.
  QuorumTrials(std::uint32_t copies, const Delays& delays, std::uint32_t writes_for_a_read)
      : copies_(copies),
        every_(writes_for_a_read),
        world_({.network = network_of(delays), .seed = 1}) {
    writer_ = world_.add("writer", "writer", "", 1e5);
    reader_ = world_.add("reader", "reader", "", 1e5);
    for (std::uint32_t i = 0; i < copies; ++i) {
      const NodeId copy = world_.add("copy-" + std::to_string(i), "copies", "", 1e5);
      to_write_.push_back(world_.network().connect_now(writer_, copy));
      to_read_.push_back(world_.network().connect_now(reader_, copy));
      nodes_.push_back(copy);
      rules_.push_back(QuorumRule::n_of_all(copies, i + 1));
    }
    written_at_.resize(copies);
    committed_.resize(copies);
    samples_.write.resize(copies);
    samples_.read.resize(copies);
    samples_.visible.assign(copies, std::vector<std::vector<float>>(copies));
    world_.world.seal();
  }

  Samples& play(std::uint32_t trials) {
    left_ = trials;
    world_.queue.post_at(0, [this] { write(); });
    world_.world.run(longest_run);
    WRITEPATH_CHECK(left_ == 0, "the trials did not end");
    return samples_;
  }

 private:
  static NetworkSpec network_of(const Delays& delays) {
    NetworkSpec network;
    network.regions = {{"r", {"writer", "reader", "copies"}}};
    network.inter_az.bandwidth_gbps = network.intra_az.bandwidth_gbps = 1e5;
    // The one-way delay is half of rtt_ms x jitter: jitter in ms.
    const auto one_way = [&](const char* from, const char* to, const Distribution& delay) {
      LinkOverride link;
      link.from = from;
      link.to = to;
      link.one_way = true;
      link.rtt_ms = 2;
      link.jitter = delay;
      network.links.push_back(link);
    };
    one_way("writer", "copies", delays.w);
    one_way("copies", "writer", delays.a);
    one_way("reader", "copies", delays.r);
    one_way("copies", "reader", delays.s);
    return network;
  }

  /// Nothing of one trial is under way when the next begins, so no message waits for another.
  void write() {
    began_ = world_.queue.now();
    answered_ = 0;
    for (std::uint32_t i = 0; i < copies_; ++i)
      world_.network().send(to_write_[i], writer_, 1, Traffic::redo, [this, i] {
        written_at_[i] = since_began();
        world_.network().send(to_write_[i], nodes_[i], 1, Traffic::ack, [this, i] { acked(i); });
      });
  }

  void acked(std::uint32_t copy) {
    for (std::uint32_t k : newly_met(copy)) {
      committed_[k] = since_began();
      samples_.write[k].push_back(static_cast<float>(committed_[k]));
    }
    if (answered_ != QuorumRule::all_of(copies_)) return;
    --left_;
    if (every_ > 0 && left_ % every_ == 0)
      read();
    else
      next();
  }

  void read() {
    began_ = world_.queue.now();
    answered_ = 0;
    latest_.assign(copies_, 1e30);
    for (std::uint32_t i = 0; i < copies_; ++i)
      world_.network().send(to_read_[i], reader_, 1, Traffic::control, [this, i] {
        const double asked_at = since_began();
        world_.network().send(to_read_[i], nodes_[i], 1, Traffic::page,
                              [this, i, asked_at] { answered(i, asked_at); });
      });
  }

  /// A copy's answer shows the write if the copy had it when it was asked: if the read began at
  /// least W - (commit) - R after the commit. One such answer among the first R is enough.
  void answered(std::uint32_t copy, double asked_at) {
    for (std::uint32_t w = 0; w < copies_; ++w)
      latest_[w] = std::min(latest_[w], written_at_[copy] - committed_[w] - asked_at);
    for (std::uint32_t k : newly_met(copy)) {
      samples_.read[k].push_back(static_cast<float>(since_began()));
      for (std::uint32_t w = 0; w < copies_; ++w)
        samples_.visible[k][w].push_back(static_cast<float>(std::max(0.0, latest_[w])));
    }
    if (answered_ == QuorumRule::all_of(copies_)) next();
  }

  void next() {
    if (left_ > 0) write();
  }

  double since_began() const { return to_ms(world_.queue.now() - began_); }

  /// The rules (k of n as k - 1) that this copy's answer is the first to meet.
  const std::vector<std::uint32_t>& newly_met(std::uint32_t copy) {
    const CopySet before = answered_;
    answered_ |= CopySet{1} << copy;
    met_.clear();
    for (std::uint32_t k = 0; k < copies_; ++k)
      if (rules_[k].met(answered_) && !rules_[k].met(before)) met_.push_back(k);
    return met_;
  }

  std::uint32_t copies_, every_;
  testing::TestWorld world_;
  NodeId writer_, reader_;
  std::vector<NodeId> nodes_;
  std::vector<ConnectionId> to_write_, to_read_;
  std::vector<QuorumRule> rules_;  ///< k of n, by k - 1
  std::uint32_t left_ = 0;
  TimeNs began_ = 0;
  CopySet answered_ = 0;
  std::vector<std::uint32_t> met_;
  std::vector<double> written_at_;  ///< by copy
  std::vector<double> committed_;   ///< by W - 1
  std::vector<double> latest_;      ///< by W - 1: the earliest begin of a read that sees the write
  Samples samples_;
};

}  // namespace writepath::test
