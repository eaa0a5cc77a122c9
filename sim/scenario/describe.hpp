#pragma once
// The description of every part of a scenario: keys, units, ranges, defaults, sources. Models that
// have such parts among their options (a device, a network level) describe them with the same
// words.
#include "sim/scenario/fields.hpp"
#include "sim/scenario/scenario.hpp"

namespace writepath {

inline constexpr double longest_run_s = to_s(longest_run);
inline constexpr Range moment_range{0, longest_run_s};      // an instant of a run
inline constexpr Range span_range{0, longest_run_s, true};  // a length of time within a run

void describe(Fields&, Scenario&);

void describe(Fields&, NetworkSpec&);
void describe(Fields&, Region&);
void describe(Fields&, NetworkLevel&);
void describe(Fields&, LinkOverride&);

void describe(Fields&, DeviceSpec&);
void describe(Fields&, ClockSpec&);
void describe(Fields&, NodeSpec&);

void describe(Fields&, DataSpec&);
void describe(Fields&, WorkloadSpec&);
void describe(Fields&, ClientGroup&);
void describe(Fields&, OpenLoop&);
void describe(Fields&, ClosedLoop&);
void describe(Fields&, TransactionType&);
void describe(Fields&, KeySpec&);
void describe(Fields&, ReadLoad&);
void describe(Fields&, SessionSpec&);
void describe(Fields&, ProbeSpec&);
void describe(Fields&, HeartbeatSpec&);

void describe(Fields&, ArchitectureSpec&);
void describe(Fields&, FaultSpec&);
void describe(Fields&, FaultTarget&);
void describe(Fields&, FaultRepeat&);
void describe(Fields&, OperationSpec&);
void describe(Fields&, BatterySpec&);
void describe(Fields&, Expectation&);
void describe(Fields&, PriceList&);

}  // namespace writepath
