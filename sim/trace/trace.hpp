#pragma once
// What a trace shows, as values: who, messages, spans of work and marks. One transaction, or all
// that happened in a window. Writers make pictures of it; nothing here knows the simulation.
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "sim/core/time.hpp"

namespace writepath::trace {

enum class Role : std::uint8_t { client, primary, storage, replica, other };

struct TracedNode {
  std::string name, az;
  Role role = Role::other;
};

/// A message; `arrived` is `never` if it was lost, or still under way when the trace ended.
struct TracedMessage {
  std::size_t from = 0, to = 0;  ///< indices of nodes
  TimeNs sent = 0, arrived = 0;
  std::uint64_t bytes = 0;
  std::string kind;
  bool decides = false;  ///< the acknowledgement that the commit waited for
};

enum class SpanKind : std::uint8_t { statement, step, device, apply, commit };

struct TracedSpan {
  std::size_t node = 0;
  TimeNs begin = 0, end = 0;
  SpanKind kind = SpanKind::statement;
  std::string what;  ///< "redo flush", "page write", a step's name
  std::uint64_t bytes = 0;
};

enum class MarkKind : std::uint8_t { acknowledged, visible, fact };

struct TracedMark {
  std::size_t node = 0;
  TimeNs at = 0;
  MarkKind kind = MarkKind::fact;
  std::string what;
};

struct Trace {
  std::string scenario, architecture, fingerprint;
  std::uint64_t seed = 1;
  TimeNs begin = 0, end = 0;
  /// Of one transaction; number 0: a window. Numbered in the order of their acknowledgements.
  std::uint64_t number = 0, of = 0;
  bool chosen = false;        ///< by us: nearest to the median
  DurationNs latency = 0;     ///< from COMMIT sent to OK received
  std::uint32_t decided = 0;  ///< which acknowledgement decided; 0: none was needed
  std::uint32_t acks = 0;     ///< how many came in all
  std::vector<TracedNode> nodes;
  std::vector<TracedMessage> messages;
  std::vector<TracedSpan> spans;
  std::vector<TracedMark> marks;
  std::vector<std::string> notes;  ///< what the picture leaves out
};

/// Puts everything in an order of its own: time, then place.
void sort(Trace& trace);

/// Between processes.
std::string to_wire(const Trace& trace);
Trace from_wire(const std::string& text);

/// A space-time diagram: one panel for each trace, side by side on one time scale.
std::string svg(const std::vector<Trace>& traces);
/// Trace Event Format, as Perfetto and chrome://tracing open it.
std::string chrome_json(const std::vector<Trace>& traces);
/// A line for each event.
std::string text(const std::vector<Trace>& traces);

/// "1.234": whole nanoseconds as milliseconds or microseconds, exactly.
std::string decimal(std::int64_t value, std::int64_t unit);

}  // namespace writepath::trace
