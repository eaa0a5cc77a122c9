#pragma once
// Every metric that a run can report: its name, unit and meaning, by what it is measured of. The
// contract of JSON, CSV and expectations, and the source of the documentation's page.
#include <span>
#include <string>

#include "sim/scenario/metric_names.hpp"

namespace writepath {

enum class Subject { run, replica, clients, fault, operation };

struct MetricInfo {
  std::string name;
  std::string unit;     ///< "ms", "s", "transactions", "" for a ratio
  std::string meaning;  ///< one line
};

/// In the order in which they are reported.
std::span<const MetricInfo> metrics_of(Subject subject);
/// The names alone, as the scenario's reader wants them.
MetricNames metric_names();
/// A Markdown page with all of them.
std::string metric_names_page();

}  // namespace writepath
