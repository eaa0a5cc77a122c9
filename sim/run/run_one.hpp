#pragma once
// One run: one scenario, one architecture, one seed. SimGrid allows one simulation a process, so
// this may be called once in a process.
#include <cstdint>
#include <stdexcept>
#include <string>

#include "sim/metrics/run_summary.hpp"
#include "sim/model/registry.hpp"

namespace writepath {

class FactSink;
class TraceRecorder;

struct RunOptions {
  EngineMode engine = EngineMode::drained;
  NetworkMode network = NetworkMode::closed_form;
  std::uint64_t seed = 1;
  bool events = false;  ///< write every fact to events_path
  std::string events_path;
  bool history = false;  ///< write the registers' history to history_path, in Jepsen's form
  std::string history_path;
  TraceRecorder* trace = nullptr;  ///< listens to messages, devices and facts; changes nothing
  FactSink* listener = nullptr;    ///< hears every fact
};

/// events_path or history_path can't be written.
struct EventsUnwritable : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// The architecture is one of the scenario's, its model one of the registry's. Throws
/// std::runtime_error when a coroutine failed (with its place and the simulated time), and
/// EventsUnwritable.
RunSummary run_one(const Scenario& scenario, const ArchitectureSpec& architecture,
                   const ModelRegistry& registry, const RunOptions& options);

}  // namespace writepath
