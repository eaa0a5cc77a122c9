#pragma once
// RunSummary as JSON text and back. Numbers in their shortest form that reads back to the same
// bits; an empty sample is null.
#include <optional>
#include <string>
#include <string_view>

#include "sim/metrics/run_summary.hpp"

namespace writepath {

enum class SummaryForm {
  report,    ///< for people's programs: one entry of "architectures" in --format json; summary.json
  complete,  ///< with the time series and the latency histogram: what one process hands another
};

/// An object. `indent` = 0: one line; else pretty, with so many blanks a level, starting at
/// `level`.
std::string to_json(const RunSummary&, SummaryForm form, int indent = 0, int level = 0);
/// The summary that to_json wrote (either form); empty when the text is something else.
std::optional<RunSummary> summary_from_json(std::string_view text);

}  // namespace writepath
