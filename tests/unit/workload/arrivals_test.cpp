#include "sim/workload/arrivals.hpp"

#include "tests/catch.hpp"

using namespace writepath;

namespace {
OpenLoop loop(OpenLoop::Arrivals kind, double rate, double burst = 1) {
  OpenLoop spec;
  spec.arrivals = kind;
  spec.rate_per_s = rate;
  spec.burst_size = burst;
  return spec;
}
TransactionType named(const char* name, double weight = 1) {
  TransactionType type;
  type.name = name;
  type.weight = weight;
  return type;
}
std::uint64_t count_until(Arrivals arrivals, TimeNs end) {
  std::uint64_t count = 0;
  for (auto batch = arrivals.next(); batch.at < end; batch = arrivals.next()) count += batch.count;
  return count;
}
}  // namespace

TEST_CASE("Poisson arrivals: count and spread of the gaps", "[workload]") {
  Arrivals arrivals(loop(OpenLoop::Arrivals::poisson, 1000), 0, RandomStream(1, "a"));
  constexpr int n = 200'000;
  double sum = 0, squares = 0;
  TimeNs last = 0;
  bool in_order = true;
  for (int i = 0; i < n; ++i) {
    const Arrivals::Batch batch = arrivals.next();
    const double gap = to_ms(batch.at - last);
    in_order = in_order && gap >= 0 && batch.count == 1;
    last = batch.at;
    sum += gap;
    squares += gap * gap;
  }
  CHECK(in_order);
  const double mean = sum / n, deviation = std::sqrt(squares / n - mean * mean);
  CHECK(mean == Approx(1).epsilon(0.01));        // 4.5 standard errors
  CHECK(deviation == Approx(1).epsilon(0.015));  // exponential: equal to the mean
}

TEST_CASE("Constant arrivals are even and do not drift", "[workload]") {
  // 3 a second: the gap is no whole number of nanoseconds.
  Arrivals arrivals(loop(OpenLoop::Arrivals::constant, 3), from_s(2), RandomStream(1, "a"));
  Arrivals::Batch batch;
  for (int i = 0; i < 3'000'000; ++i) batch = arrivals.next();
  CHECK(batch.at == from_s(2 + 1'000'000));
}

TEST_CASE("Bursts keep the mean rate, also with a broken size", "[workload]") {
  const double size = GENERATE(1.0, 2.5, 50.0);
  const auto count =
      count_until(Arrivals(loop(OpenLoop::Arrivals::bursts, 1000, size), 0, RandomStream(3, "b")),
                  from_s(2000));
  // Standard deviation of the count: size x sqrt(bursts).
  const double expected = 2e6, deviation = size * std::sqrt(expected / size);
  CHECK(std::abs(static_cast<double>(count) - expected) < 4.5 * deviation);
}

TEST_CASE("No rate, no arrivals", "[workload]") {
  for (const auto kind :
       {OpenLoop::Arrivals::poisson, OpenLoop::Arrivals::constant, OpenLoop::Arrivals::bursts})
    CHECK(Arrivals(loop(kind, 0), 0, RandomStream(1, "a")).next().at == never);
}

TEST_CASE("The mix follows the weights", "[workload]") {
  const std::vector<TransactionType> types{named("a", 1), named("b", 3), named("never", 0),
                                           named("c", 6)};
  const TransactionMix mix(types, {});
  RandomStream stream(7, "mix");
  std::array<int, 4> seen{};
  for (int i = 0; i < 100'000; ++i) ++seen[mix.draw(stream).type];
  CHECK(seen[0] == Approx(10'000).epsilon(0.05));
  CHECK(seen[1] == Approx(30'000).epsilon(0.03));
  CHECK(seen[2] == 0);
  CHECK(seen[3] == Approx(60'000).epsilon(0.02));
}

TEST_CASE("A group runs only its own types", "[workload]") {
  const std::vector<TransactionType> types{named("a"), named("b"), named("c")};
  const TransactionMix mix(types, {"b"});
  RandomStream stream(7, "mix");
  for (int i = 0; i < 100; ++i) CHECK(mix.draw(stream).type == 1);
}

TEST_CASE("Another type in the mix leaves the keys as they were", "[workload]") {
  const std::vector<TransactionType> one{named("a")}, two{named("a"), named("b")};
  RandomStream s1(9, "mix"), s2(9, "mix");
  const TransactionMix alone(one, {}), both(two, {});
  for (int i = 0; i < 100; ++i) CHECK(alone.draw(s1).key_seed == both.draw(s2).key_seed);
}
