// Means against textbook formulas. Each tolerance is about four standard errors of the estimate,
// and each seed is fixed, so the tests are not flaky; a wrong mechanism is off by far more.
#include <cmath>

#include "sim/core/distribution.hpp"
#include "sim/core/random.hpp"
#include "sim/engine/quorum.hpp"
#include "sim/engine/scope.hpp"
#include "sim/engine/servers.hpp"
#include "sim/engine/sleep.hpp"
#include "tests/catch.hpp"

using namespace writepath;

namespace {

constexpr double mean_service_ns = 1e6;

class Station {
 public:
  Station(std::uint32_t servers, Distribution service, double utilisation)
      : servers_(queue_, servers),
        scope_(queue_),
        service_(std::move(service)),
        interarrival_{Exponential{mean_service_ns / (utilisation * servers)}},
        arrivals_(7, "arrivals"),
        services_(7, "services") {}

  /// Mean time between a customer's arrival and the begin of its service.
  double mean_wait_ns(int customers) {
    scope_.spawn(arrive(customers));
    queue_.run_until(never);
    return total_wait_ / customers;
  }
  double utilisation() const {
    return static_cast<double>(servers_.busy_ns()) /
           (static_cast<double>(queue_.now()) * servers_.count());
  }

 private:
  Task<> arrive(int customers) {
    for (int i = 0; i < customers; ++i) {
      scope_.spawn(customer(round_to_ns(service_.sample(services_))));
      co_await sleep_for(queue_, round_to_ns(interarrival_.sample(arrivals_)));
    }
  }
  Task<> customer(DurationNs service) {
    const TimeNs arrived = queue_.now();
    co_await servers_.serve(service);
    total_wait_ += static_cast<double>(queue_.now() - arrived - service);
  }

  EventQueue queue_;
  Servers servers_;
  Scope scope_;
  Distribution service_;
  Distribution interarrival_;
  RandomStream arrivals_;
  RandomStream services_;
  double total_wait_ = 0;
};

constexpr int customers = 400'000;

/// Erlang's C: the probability that a customer of M/M/k waits.
double erlang_c(int k, double utilisation) {
  const double load = k * utilisation;
  double term = 1, sum = 0;
  for (int n = 0; n < k; ++n) {
    sum += term;
    term *= load / (n + 1);
  }
  const double all_busy = term / (1 - utilisation);
  return all_busy / (sum + all_busy);
}

}  // namespace

TEST_CASE("M/M/1: mean wait = service * rho / (1 - rho)", "[closed-form]") {
  for (const double rho : {0.3, 0.6, 0.8}) {
    Station station(1, Distribution{Exponential{mean_service_ns}}, rho);
    const double expected = mean_service_ns * rho / (1 - rho);
    INFO("rho " << rho);
    CHECK(station.mean_wait_ns(customers) == Approx(expected).epsilon(0.04));
    CHECK(station.utilisation() == Approx(rho).epsilon(0.01));
  }
}

TEST_CASE("M/D/1: mean wait = half of M/M/1's", "[closed-form]") {
  for (const double rho : {0.3, 0.6, 0.8}) {
    Station station(1, Distribution{Constant{mean_service_ns}}, rho);
    const double expected = mean_service_ns * rho / (2 * (1 - rho));
    INFO("rho " << rho);
    CHECK(station.mean_wait_ns(customers) == Approx(expected).epsilon(0.03));
  }
}

TEST_CASE("M/M/4: mean wait by Erlang's C", "[closed-form]") {
  const double rho = 0.8;
  Station station(4, Distribution{Exponential{mean_service_ns}}, rho);
  const double expected = erlang_c(4, rho) * mean_service_ns / (4 * (1 - rho));
  CHECK(station.mean_wait_ns(customers) == Approx(expected).epsilon(0.05));
}

namespace {

Task<> commits(EventQueue& queue, std::uint32_t needed, int copies, int count, double& total_ns) {
  RandomStream random(11, "acknowledgements");
  const Distribution delay{Exponential{mean_service_ns}};
  for (int i = 0; i < count; ++i) {
    const TimeNs sent = queue.now();
    QuorumWait acks(queue, needed);
    const QuorumToken token = acks.token();
    for (int copy = 0; copy < copies; ++copy)
      queue.post_after(round_to_ns(delay.sample(random)),
                       [&queue, token] { QuorumWait::deliver(queue, token); });
    co_await acks.reached();
    total_ns += static_cast<double>(queue.now() - sent);
  }
}

double harmonic(int n) {
  double sum = 0;
  for (int i = 1; i <= n; ++i) sum += 1.0 / i;
  return sum;
}

}  // namespace

TEST_CASE("the k-th of n exponential acknowledgements: mean * (H_n - H_{n-k})", "[closed-form]") {
  constexpr int count = 100'000;
  for (const auto& [needed, copies] : {std::pair{4, 6}, {1, 6}, {6, 6}, {2, 3}, {1, 1}}) {
    EventQueue queue;
    Scope scope(queue);
    double total_ns = 0;
    scope.spawn(commits(queue, static_cast<std::uint32_t>(needed), copies, count, total_ns));
    queue.run_until(never);
    const double expected = mean_service_ns * (harmonic(copies) - harmonic(copies - needed));
    INFO(needed << " of " << copies);
    CHECK(total_ns / count == Approx(expected).epsilon(0.012));
    CHECK(queue.late_deliveries() == static_cast<std::uint64_t>(copies - needed) * count);
  }
}
