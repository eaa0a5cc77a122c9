#pragma once
// Couples an EventQueue to SimGrid's clock: the queue becomes one of SimGrid's models. SimGrid is
// not visible here.
#include <cstdint>
#include <memory>

#include "sim/core/time.hpp"
#include "sim/engine/event_queue.hpp"

namespace writepath {

enum class EngineMode {
  drained,  ///< run ahead of SimGrid's clock, up to its next event
  stepped,  ///< one SimGrid step for each date; slow, and the oracle for `drained`
};

class SimGridDriver {
 public:
  SimGridDriver(EventQueue& queue, EngineMode mode);
  ~SimGridDriver();
  SimGridDriver(const SimGridDriver&) = delete;
  SimGridDriver& operator=(const SimGridDriver&) = delete;

  /// Once, after SimGrid's platform is sealed and before it runs: registers the queue as the last
  /// of SimGrid's models.
  void attach();

  /// Runs all events up to and including `horizon` (> 0, at most longest_run), SimGrid's own
  /// activities with them, then stops; what SimGrid still has under way stays unfinished. A process
  /// runs one simulation, once. Throws what EventQueue::check() throws.
  void run(TimeNs horizon);

  /// How often SimGrid stepped so far.
  std::uint64_t steps() const;

 private:
  class Model;
  EventQueue& queue_;
  EngineMode mode_;
  std::shared_ptr<Model> model_;
};

}  // namespace writepath
