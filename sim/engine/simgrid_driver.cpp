#include "sim/engine/simgrid_driver.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "sim/core/check.hpp"
#include "sim/engine/simgrid_compat.hpp"

namespace writepath {

namespace {

namespace sg4 = simgrid::s4u;
using simgrid::kernel::timer::Timer;

/// SimGrid's dates are doubles in seconds. ns / 1e9 is the double nearest to the instant, and up
/// to 30 days it rounds back to the same ns.
TimeNs to_ns(double date_s) { return round_to_ns(date_s * 1e9); }

/// SimGrid ends an activity up to its precision early if anything makes it stop there. Events so
/// near to its next date are therefore never run ahead of it: they step, in both modes alike.
constexpr DurationNs guard_ns = 4;
constexpr double guard_s = guard_ns * 1e-9;

}  // namespace

// SimGrid asks its models when they have their next event, takes the earliest, moves its clock
// there and tells all of them; then its timers and actors of that date run. This model comes last,
// so that it sees the others' answers and is told last.
class SimGridDriver::Model : public simgrid::kernel::resource::Model {
 public:
  Model(EventQueue& queue, EngineMode mode)
      : simgrid::kernel::resource::Model("writepath"), queue_(queue), mode_(mode) {}

  void collect_others(const sg4::Engine& engine) {
    for (auto* model : engine.get_all_models())
      if (model != this) others_.push_back(model);
  }
  void set_horizon(TimeNs horizon) { horizon_s_ = to_s(horizon); }
  std::uint64_t steps() const { return steps_; }

  /// Seconds from `now` to this model's next date; negative for none.
  double next_occurring_event(double now) override {
    if (queue_.stopped()) return -1;
    if (queue_.has_ready()) return 0;  // an actor or a timer woke somebody
    const double foreign = next_foreign_date(now);
    if (mode_ == EngineMode::drained) {
      const TimeNs limit = to_ns(foreign) - guard_ns;
      if (limit > to_ns(now)) queue_.run_before(limit);
      if (queue_.stopped()) return -1;
    }
    const TimeNs next = queue_.next_time();
    double date = next == never ? foreign : std::min(foreign, to_s(next));
    // SimGrid adds date - now to its clock. Up to twice the clock that is exact; a longer step
    // could miss the date by a rounding, and by another one in the other mode.
    if (now > 1e-6 && date > 2 * now) date = std::min(2 * now, date - guard_s);
    if (next != never && next <= to_ns(now)) return 0;
    return std::max(0.0, date - now);
  }

  void update_actions_state(double now, double) override {
    if (queue_.stopped()) return;
    ++steps_;
    const TimeNs here = to_ns(now);
    queue_.advance_clock(here);
    queue_.run_through(here);
  }

 private:
  /// The earliest date at which anything but the queue does something: nothing in SimGrid changes
  /// before it, unless a marked event does so.
  double next_foreign_date(double now) {
    double date = horizon_s_;
    for (auto* model : others_) {
      const double delta = model->next_occurring_event(now);
      if (delta >= 0) date = std::min(date, now + delta);
    }
    const double timer = Timer::next();
    if (timer >= 0) date = std::min(date, timer);
    return std::max(date, now);
  }

  EventQueue& queue_;
  EngineMode mode_;
  double horizon_s_ = 0;
  std::uint64_t steps_ = 0;
  std::vector<simgrid::kernel::resource::Model*> others_;
};

SimGridDriver::SimGridDriver(EventQueue& queue, EngineMode mode) : queue_(queue), mode_(mode) {}
SimGridDriver::~SimGridDriver() = default;

void SimGridDriver::attach() {
  WRITEPATH_CHECK(model_ == nullptr, "the queue is attached to SimGrid already");
  const double guard_needed = 2 * compat::timing_precision() + 1e-9;
  WRITEPATH_CHECK(guard_s >= guard_needed, "SimGrid's timing precision is set too coarse");
  sg4::Engine& engine = *sg4::Engine::get_instance();
  model_ = std::make_shared<Model>(queue_, mode_);
  engine.add_model(model_);
  model_->collect_others(engine);
}

void SimGridDriver::run(TimeNs horizon) {
  WRITEPATH_CHECK(model_ != nullptr, "attach() comes before run()");
  WRITEPATH_CHECK(horizon > 0 && horizon <= longest_run, "the horizon is out of range");
  model_->set_horizon(horizon);
  const sg4::Engine& engine = *sg4::Engine::get_instance();
  // run_until() returns up to 10 us early, but never without a step.
  while (!queue_.stopped() && to_ns(sg4::Engine::get_clock()) < horizon)
    engine.run_until(to_s(horizon));
  if (!queue_.stopped()) {
    queue_.run_through(horizon);  // what the actors of the last date posted
    queue_.advance_clock(horizon);
  }
  queue_.check();
}

std::uint64_t SimGridDriver::steps() const { return model_ ? model_->steps() : 0; }

}  // namespace writepath
