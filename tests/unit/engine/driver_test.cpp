// The drained engine against the stepped one: with SimGrid actors, comms, execs, kernel timers and
// marked events mixed in, both must write the same log, to the last bit of SimGrid's clock.
#include <cstdio>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "sim/core/random.hpp"
#include "sim/engine/quorum.hpp"
#include "sim/engine/scope.hpp"
#include "sim/engine/simgrid_compat.hpp"
#include "sim/engine/simgrid_driver.hpp"
#include "sim/engine/sleep.hpp"
#include "sim/engine/timeout.hpp"
#include "sim/engine/watermark.hpp"
#include "tests/catch.hpp"
#include "tests/unit/engine/child_process.hpp"

using namespace writepath;
namespace sg4 = simgrid::s4u;
using simgrid::kernel::timer::Timer;

namespace {

/// A SimGrid engine with hosts A and B on one link of 100 MB/s and 0.3 ms.
struct Platform {
  Platform() {
    static std::string words[] = {"test", "--log=root.thres:critical", "--cfg=network/model:CM02",
                                  "--cfg=network/crosstraffic:0", "--cfg=contexts/factory:raw"};
#ifdef WRITEPATH_NO_FRAME_POOL
    words[4] = "--cfg=contexts/factory:thread";  // AddressSanitizer can't follow raw contexts
#endif
    for (std::string& word : words) arguments.push_back(word.data());
    int count = static_cast<int>(arguments.size());
    engine = std::make_unique<sg4::Engine>(&count, arguments.data());
    auto* const zone = compat::add_full_zone(nullptr, "zone");
    a = compat::add_host(zone, "A", 1e9);
    b = compat::add_host(zone, "B", 1e9);
    link = compat::add_link(zone, "link", 1e8)->set_latency(3e-4)->seal();
    compat::add_route(zone, a, b, {sg4::LinkInRoute(link)});
    zone->seal();
    engine->seal_platform();
  }
  std::vector<char*> arguments;
  std::unique_ptr<sg4::Engine> engine;
  sg4::Host* a;
  sg4::Host* b;
  sg4::Link* link;
};

class Mixture {
 public:
  Mixture(EngineMode mode, std::uint64_t seed)
      : driver_(queue_, mode), scope_(queue_), sent_(queue_), random_(seed, "mixture") {
    driver_.attach();
  }

  std::string run() {
    for (int i = 0; i < 10; ++i) scope_.spawn(walker(i));
    for (int i = 0; i < 4; ++i) chain(i, 300);
    for (std::uint64_t n = 1; n <= 30; ++n) scope_.spawn(follower(n));
    start_sleeper();
    start_sender();
    for (int i = 1; i < 40; ++i) marked_at(random_ns(0, 60 * ns_per_ms), i);
    tick(1);
    driver_.run(70 * ns_per_ms);
    note("end", queue_.now());
    steps = driver_.steps();
    return log_;
  }
  std::uint64_t steps = 0;

 private:
  TimeNs random_ns(TimeNs low, TimeNs high) {
    return low + static_cast<TimeNs>(random_.below(static_cast<std::uint64_t>(high - low)));
  }
  void note(const char* what, std::int64_t value) {
    char line[96];
    std::snprintf(line, sizeof line, "%lld %s %lld\n", static_cast<long long>(queue_.now()), what,
                  static_cast<long long>(value));
    log_ += line;
  }
  /// Where SimGrid's clock must be exact, its last bit is logged too.
  void note_exact(const char* what) {
    char line[96];
    std::snprintf(line, sizeof line, "%lld %s %a\n", static_cast<long long>(queue_.now()), what,
                  sg4::Engine::get_clock());
    log_ += line;
  }

  Task<> walker(int id) {
    for (int i = 0; i < 200; ++i) {
      co_await sleep_for(queue_, random_ns(1, 500'000));
      note("walker", id);
      QuorumWait quorum(queue_, 1);
      const QuorumToken token = quorum.token();
      queue_.post_after(random_ns(0, 20'000),
                        [this, token] { QuorumWait::deliver(queue_, token); });
      const bool in_time = co_await with_timeout(queue_, quorum.reached(), 10'000);
      note("answered", in_time);
      if (i % 20 != 0) continue;
      co_await marked_point(queue_, queue_.now() + random_ns(0, 1000));
      note_exact("marked walker");
      platform_.link->set_bandwidth(1e8 * (0.5 + random_.uniform()));
    }
  }

  // Woken by an actor directly, without an event.
  Task<> follower(std::uint64_t n) {
    co_await sent_.reaches(n);
    note("follower", static_cast<std::int64_t>(n));
    co_await sleep_for(queue_, 0);
    note("follower again", static_cast<std::int64_t>(n));
  }

  void chain(int id, int left) {
    note("chain", id);
    if (left == 0) return;
    queue_.post_after(random_ns(0, 300'000), [this, id, left] { chain(id, left - 1); });
  }

  // Own events within nanoseconds of SimGrid's dates, on both sides, some of them marked.
  void crowd(double date_s) {
    const TimeNs date = round_to_ns(date_s * 1e9);
    for (int offset = -6; offset <= 6; ++offset) {
      if (date + offset < queue_.now()) continue;
      if (random_.below(3) == 0)
        queue_.post_marked_at(date + offset, [this, offset] {
          note_exact("marked near");
          note("offset", offset);
        });
      else
        queue_.post_at(date + offset, [this, offset] { note("near", offset); });
    }
  }

  void start_sleeper() {
    compat::add_actor(platform_.a, "sleeper", [this] {
      for (int i = 0; i < 100; ++i) {
        const double pause = 1e-4 + 1e-3 * random_.uniform();
        crowd(sg4::Engine::get_clock() + pause);
        sg4::this_actor::sleep_for(pause);
        note_exact("sleeper");
        queue_.post_at(queue_.now(), [this] { note("from sleeper", 0); });
        if (i % 10 == 0) scope_.spawn(walker(100 + i));
      }
    });
  }
  void start_sender() {
    compat::add_actor(platform_.a, "sender", [this] {
      for (int i = 0; i < 40; ++i) {
        sg4::Comm::sendto(platform_.a, platform_.b, 20'000 + random_.below(50'000));
        note_exact("sent");
        if (i % 2 == 0) queue_.post_at(queue_.now(), [this] { note("after sending", 0); });
        sent_.advance(sent_.value() + 1);
      }
    });
  }
  void marked_at(TimeNs at, int id) {
    queue_.post_marked_at(at, [this, id] {
      note_exact("marked");
      compat::add_actor(platform_.b, "worker", [this, id] {
        sg4::this_actor::execute(1e5 * (1 + random_.uniform()));
        note_exact("executed");
        queue_.post_after(2000, [this, id] { note("from worker", id); });
      });
    });
  }
  void tick(int k) {
    Timer::set(k * 1.3e-3, [this, k] {
      note_exact("timer");
      crowd((k + 1) * 1.3e-3);
      queue_.post_at(queue_.now(), [this, k] { note("from timer", k); });
      if (k < 40) tick(k + 1);
    });
  }

  Platform platform_;
  EventQueue queue_;
  SimGridDriver driver_;
  Scope scope_;
  Watermark sent_;
  RandomStream random_;
  std::string log_;
};

std::string mixture(EngineMode mode, std::uint64_t seed) {
  auto* const run = new Mixture(mode, seed);  // the child exits without SimGrid's shutdown
  std::string log = run->run();
  return log + "steps " + std::to_string(run->steps) + "\n";
}

std::string without_steps(const std::string& log) { return log.substr(0, log.rfind("steps ")); }
long steps_of(const std::string& log) { return std::stol(log.substr(log.rfind("steps ") + 6)); }

}  // namespace

TEST_CASE("drained and stepped write the same log", "[driver]") {
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    const auto drained = test::in_child_process([=] { return mixture(EngineMode::drained, seed); });
    const auto stepped = test::in_child_process([=] { return mixture(EngineMode::stepped, seed); });
    INFO("seed " << seed);
    REQUIRE(drained.status == 0);
    REQUIRE(stepped.status == 0);
    CHECK(without_steps(drained.text).size() > 100'000);
    const bool same = without_steps(drained.text) == without_steps(stepped.text);
    CHECK(same);
    CHECK(steps_of(drained.text) * 2 < steps_of(stepped.text));
  }
}

namespace {

/// What a run to 10 ms leaves behind, with a flow of 10 s and a sleeper of 1 s under way.
std::string unfinished_run(EngineMode mode) {
  auto* const platform = new Platform;
  auto* const queue = new EventQueue;
  auto* const driver = new SimGridDriver(*queue, mode);
  driver->attach();
  auto* const log = new std::string;
  compat::add_actor(platform->a, "flow", [=] {
    sg4::Comm::sendto(platform->a, platform->b, 1'000'000'000);
    *log += "flow ended ";
  });
  compat::add_actor(platform->b, "sleeper", [=] {
    sg4::this_actor::sleep_for(1);
    *log += "sleeper ended ";
  });
  queue->post_at(10 * ns_per_ms, [log] { *log += "at horizon "; });
  queue->post_at(10 * ns_per_ms + 1, [log] { *log += "after horizon "; });
  queue->post_marked_at(10 * ns_per_ms - 5000, [queue, log] {
    *log += "marked ";
    queue->post_at(queue->now() + 4999, [log] { *log += "late "; });
  });
  driver->run(10 * ns_per_ms);
  return *log + std::to_string(queue->now()) + " pending " + std::to_string(queue->pending());
}

std::string failing_run(EngineMode mode) {
  static Platform platform;
  static EventQueue queue;
  static SimGridDriver driver(queue, mode);
  driver.attach();
  queue.post_at(5 * ns_per_ms, [] { throw std::runtime_error("lsn 17 applied twice"); });
  queue.post_at(6 * ns_per_ms, [] { std::abort(); });
  driver.run(longest_run);
  return "no exception";
}

std::string stopped_run(EngineMode mode) {
  static Platform platform;
  static EventQueue queue;
  static SimGridDriver driver(queue, mode);
  static int seen = 0;
  driver.attach();
  for (int i = 1; i <= 10; ++i)
    queue.post_at(i * ns_per_ms, [] {
      if (++seen == 4) queue.stop();
    });
  driver.run(ns_per_s);
  return std::to_string(seen) + " at " + std::to_string(queue.now());
}

constexpr EngineMode both_modes[] = {EngineMode::drained, EngineMode::stepped};

}  // namespace

TEST_CASE("a run ends at its horizon, whatever is still under way", "[driver]") {
  for (const EngineMode mode : both_modes) {
    const auto result = test::in_child_process([=] { return unfinished_run(mode); });
    CHECK(result.text == "marked late at horizon 10000000 pending 1");
    CHECK(result.status == 0);
  }
}

TEST_CASE("a failure in the driven queue reaches the caller of run()", "[driver]") {
  for (const EngineMode mode : both_modes) {
    const auto result = test::in_child_process([=] { return failing_run(mode); });
    CHECK(result.text == "exception: at t=5000000 ns, in a posted closure: lsn 17 applied twice");
  }
}

TEST_CASE("stop() ends a driven run", "[driver]") {
  for (const EngineMode mode : both_modes) {
    const auto result = test::in_child_process([=] { return stopped_run(mode); });
    CHECK(result.text == "4 at 4000000");
  }
}

TEST_CASE("a queue with nothing of SimGrid's takes few steps", "[driver]") {
  const auto result = test::in_child_process([] {
    static Platform platform;
    static EventQueue queue;
    static SimGridDriver driver(queue, EngineMode::drained);
    driver.attach();
    static std::function<void()> again = [] { queue.post_after(1000, [] { again(); }); };
    again();
    driver.run(ns_per_s);
    return std::to_string(queue.events_run()) + " " + std::to_string(driver.steps());
  });
  const auto space = result.text.find(' ');
  REQUIRE(space != std::string::npos);
  CHECK(result.text.substr(0, space) == "1000000");
  CHECK(std::stol(result.text.substr(space)) < 20);
}
