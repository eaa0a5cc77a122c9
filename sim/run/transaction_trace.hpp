#pragma once
// From all that a recorder saw to what a trace shows.
#include "sim/run/trace_recorder.hpp"
#include "sim/trace/trace.hpp"

namespace writepath {

/// What carries the transaction, found by its id and by positions in the log, and what it waited
/// for; begin, end, latency and acknowledgements filled in.
trace::Trace transaction_trace(const TraceRecorder& seen, TxnId txn);

/// Everything.
trace::Trace window_trace(const TraceRecorder& seen);

// ---- shared by both
trace::Trace with_nodes(const TraceRecorder& seen);
trace::TracedMessage to_traced(const TraceRecorder::SeenMessage& message);
trace::TracedSpan to_traced(const TraceRecorder::SeenRequest& request);

}  // namespace writepath
