// The second oracle: messages as closed-form channels against messages as real SimGrid flows
// (--network simgrid), the same run twice.
//
// Bounds asserted here, and what was measured (g++ 12, SimGrid 3.32):
// - one shared link, one message a channel, load 0.5, 0.8, 0.95: mean, maximum and last arrival
// agree to
//   0.1 % of the transfer's time (measured: 1.4e-5 or less; half a nanosecond of rounding);
// - the same with backlogs on channels, and a writer to six copies: also 0.1 % (measured: 6e-6);
// - a mesh of five nodes in three AZs, loads of 0.2, 0.4 and 0.6 on each NIC's two directions:
// means
//   within 10 % (measured: 0.8, 2.3 and 5.1 % too early). The closed form puts a channel on one
//   link where SimGrid shares all of its route; of the transfer alone that is 15 to 38 %.
#include <algorithm>
#include <cmath>

#include "tests/unit/world/fixture.hpp"

using namespace writepath;
using namespace writepath::testing;

namespace {

struct Sent {
  TimeNs at;
  std::uint32_t channel;
  std::uint64_t bytes;
};

/// Poisson arrivals of exponential sizes (mean 20 kB), `count` of them, over `channels`.
std::vector<Sent> workload(double bytes_per_ns, double load, int count, std::uint32_t channels,
                           bool in_turn) {
  RandomStream stream(1, "test.workload");
  const Distribution size{Exponential{20'000}}, gap{Exponential{20'000 / bytes_per_ns / load}};
  std::vector<Sent> sent;
  TimeNs at = 0;
  for (int i = 0; i < count; ++i) {
    at += round_to_ns(gap.sample(stream));
    const auto bytes = static_cast<std::uint64_t>(size.sample(stream)) + 1;
    const auto channel = in_turn ? static_cast<std::uint32_t>(i) % channels
                                 : static_cast<std::uint32_t>(stream.below(channels));
    sent.push_back({at, channel, bytes});
  }
  return sent;
}

struct Times {
  double mean_ms = 0, max_ms = 0, last_ms = 0, count = 0;
};

/// `pairs`: the nodes (by index into `azs`) at the ends of each channel.
Times play(NetworkMode mode, std::vector<const char*> azs,
           std::vector<std::pair<std::uint32_t, std::uint32_t>> pairs, std::vector<Sent> sent) {
  const std::vector<double> result = fork_numbers([&] {
    TestWorld t({.network = plain_network(), .network_mode = mode});
    for (std::size_t i = 0; i < azs.size(); ++i) t.add("n" + std::to_string(i), azs[i]);
    t.world.seal();
    std::vector<ConnectionId> channels;
    for (const auto& [from, to] : pairs)
      channels.push_back(t.network().connect_now(NodeId{from}, NodeId{to}));
    struct Sum {
      double total = 0, largest = 0, last = 0, count = 0;
    } sum;
    const auto send = [&](const Sent& s) {
      t.network().send(channels[s.channel], NodeId{pairs[s.channel].first}, s.bytes,
                       Traffic::client, [at = s.at, &t, &sum] {
                         const double took = to_ms(t.queue.now() - at);
                         sum.total += took;
                         sum.largest = std::max(sum.largest, took);
                         sum.last = to_ms(t.queue.now());
                         ++sum.count;
                       });
    };
    for (const Sent& s : sent) t.queue.post_at(s.at, [&send, &s] { send(s); });
    t.world.run(sent.back().at + from_s(10));
    return std::vector<double>{sum.total / sum.count, sum.largest, sum.last, sum.count};
  });
  return {result[0], result[1], result[2], result[3]};
}

constexpr double nic = 1.25;  // 10 Gb/s in bytes/ns

}  // namespace

TEST_CASE("one link, one message a channel: the channels are SimGrid's fluid model") {
  for (const double load : {0.5, 0.8, 0.95}) {
    // 2000 channels in turn: each is idle again long before its next message.
    const auto sent = workload(nic, load, 10'000, 2'000, true);
    const std::vector<std::pair<std::uint32_t, std::uint32_t>> pairs(2'000, {0, 1});
    const Times closed = play(NetworkMode::closed_form, {"a", "b"}, pairs, sent);
    const Times real = play(NetworkMode::simgrid, {"a", "b"}, pairs, sent);
    INFO("load " << load << ": closed " << closed.mean_ms << " " << closed.max_ms << ", real "
                 << real.mean_ms << " " << real.max_ms);
    CHECK(closed.count == 10'000);
    CHECK(real.count == 10'000);
    // The transfer alone: half a round trip (0.5 ms) would hide differences.
    CHECK(closed.mean_ms - 0.5 == Approx(real.mean_ms - 0.5).epsilon(0.001));
    CHECK(closed.max_ms - 0.5 == Approx(real.max_ms - 0.5).epsilon(0.001));
    CHECK(closed.last_ms == Approx(real.last_ms).epsilon(0.001));
    // Insensitive M/G/1 processor sharing: mean = service / (1 - load); 10,000 samples are few at
    // 0.95.
    if (load < 0.9) CHECK(closed.mean_ms - 0.5 == Approx(0.016 / (1 - load)).epsilon(0.1));
  }
}

TEST_CASE("one link, channels with backlogs") {
  const auto sent = workload(nic, 0.8, 5'000, 8, false);
  const std::vector<std::pair<std::uint32_t, std::uint32_t>> pairs(8, {0, 1});
  const Times closed = play(NetworkMode::closed_form, {"a", "b"}, pairs, sent);
  const Times real = play(NetworkMode::simgrid, {"a", "b"}, pairs, sent);
  INFO("closed " << closed.mean_ms << " real " << real.mean_ms);
  CHECK(real.count == 5'000);
  CHECK(closed.mean_ms - 0.5 == Approx(real.mean_ms - 0.5).epsilon(0.001));
}

TEST_CASE("several links: means within 10 %") {
  const std::vector<const char*> azs{"a", "a", "b", "b", "c"};
  std::vector<std::pair<std::uint32_t, std::uint32_t>> pairs;
  for (std::uint32_t copy = 0; copy < 4; ++copy)
    for (std::uint32_t from = 0; from < 5; ++from)
      for (std::uint32_t to = 0; to < 5; ++to)
        if (from != to) pairs.push_back({from, to});
  for (const double load : {0.2, 0.4, 0.6}) {
    // Five NICs send, each at `load`.
    const auto sent =
        workload(5 * nic, load, 10'000, static_cast<std::uint32_t>(pairs.size()), false);
    const Times closed = play(NetworkMode::closed_form, azs, pairs, sent);
    const Times real = play(NetworkMode::simgrid, azs, pairs, sent);
    INFO("load " << load << ": closed " << closed.mean_ms << ", real " << real.mean_ms);
    CHECK(real.count == 10'000);
    CHECK(closed.mean_ms == Approx(real.mean_ms).epsilon(0.1));
  }
}

TEST_CASE("one writer to six copies: its NIC is the one bottleneck") {
  const std::vector<const char*> azs{"a", "a", "a", "b", "b", "c", "c"};
  std::vector<std::pair<std::uint32_t, std::uint32_t>> pairs;
  for (std::uint32_t copy = 1; copy < 7; ++copy) pairs.push_back({0, copy});
  for (const double load : {0.3, 0.7}) {
    std::vector<Sent> sent;
    // A batch goes to all six at once: six times its bytes pass the writer's NIC.
    for (const Sent& s : workload(nic / 6, load, 1'500, 1, true))
      for (std::uint32_t copy = 0; copy < 6; ++copy) sent.push_back({s.at, copy, s.bytes});
    const Times closed = play(NetworkMode::closed_form, azs, pairs, sent);
    const Times real = play(NetworkMode::simgrid, azs, pairs, sent);
    INFO("load " << load << ": closed " << closed.mean_ms << ", real " << real.mean_ms);
    CHECK(real.count == 9'000);
    CHECK(closed.mean_ms - 0.4 == Approx(real.mean_ms - 0.4).epsilon(0.001));
  }
}
