#pragma once
// The benchmark's workload, shared by all who play it: a writer sends each transaction to six
// storage nodes in three AZs; each flushes it and acknowledges; the 4th acknowledgement commits it,
// and its client begins the next one. A transaction is 12 messages, 6 flushes: 18 events.
#include <algorithm>
#include <array>
#include <cstdint>

#include "sim/core/random.hpp"
#include "sim/core/time.hpp"

namespace writepath::bench {

constexpr int nodes = 7;  ///< the writer is 0
constexpr int copies = 6;
constexpr int write_quorum = 4;
constexpr int events_per_transaction = 18;

// Assumptions, the same for everyone: one-way latencies of 0.22 ms within an AZ and 0.72 ms between
// two, up to 10 % more by chance; 200 bytes at 10 Gb/s; a device that takes a write each 2 us and
// makes it durable 100 us later.
constexpr DurationNs latency_ns(int from, int to) { return from % 3 == to % 3 ? 220'000 : 720'000; }
constexpr double jitter = 0.1;
constexpr DurationNs transfer_ns = 160;
constexpr DurationNs device_service_ns = 2'000;
constexpr DurationNs device_flush_ns = 100'000;

class Fanout {
 public:
  explicit Fanout(long transactions) : transactions_(transactions) {
    for (int a = 0; a < nodes; ++a)
      for (int b = 0; b < nodes; ++b) latency_[a][b] = static_cast<double>(latency_ns(a, b));
  }

  /// False when all transactions have begun.
  bool begin() {
    if (begun_ == transactions_) return false;
    ++begun_;
    return true;
  }
  DurationNs hop(int from, int to) {
    return static_cast<DurationNs>(latency_[from][to] * (1 + jitter * uniform())) + transfer_ns;
  }
  TimeNs durable_at(int node, TimeNs now) {
    device_free_[node] = std::max(now, device_free_[node]) + device_service_ns;
    return device_free_[node] + device_flush_ns;
  }
  void committed(TimeNs began, TimeNs now) {
    ++committed_;
    latency_sum_ += static_cast<double>(now - began);
    hash_ = (hash_ ^ static_cast<std::uint64_t>(now)) * 0x100000001b3;
  }

  long committed() const { return committed_; }
  std::uint64_t hash() const { return hash_; }
  double mean_latency_ms() const { return latency_sum_ / static_cast<double>(committed_) / 1e6; }

 private:
  double uniform() {  // xorshift64: cheap, so that the loops are compared and not the draws
    random_ ^= random_ << 13;
    random_ ^= random_ >> 7;
    random_ ^= random_ << 17;
    return static_cast<double>(random_ >> 11) * 0x1p-53;
  }

  long transactions_;
  long begun_ = 0;
  long committed_ = 0;
  double latency_sum_ = 0;
  std::uint64_t hash_ = 0xcbf29ce484222325;
  std::uint64_t random_ = 88172645463325252;
  std::array<std::array<double, nodes>, nodes> latency_{};
  std::array<TimeNs, nodes> device_free_{};
};

/// What one contestant reports of one run.
struct Result {
  double cpu_s = 0;  ///< user and system time of the run, set-up excluded
  long transactions = 0;
  double latency_ms = 0;
  std::uint64_t hash = 0;
  bool ran = false;
};

double cpu_seconds();

Result run_bare(long transactions, int in_flight);
Result run_engine(long transactions, int in_flight, bool with_simgrid);
Result run_naive(long transactions, int in_flight);

}  // namespace writepath::bench
