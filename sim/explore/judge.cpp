#include "sim/explore/judge.hpp"

#include <algorithm>
#include <cmath>

#include "sim/core/check.hpp"
#include "sim/explore/absences.hpp"
#include "sim/metrics/find_metric.hpp"
#include "sim/metrics/json_writer.hpp"
#include "sim/scenario/json_node.hpp"
#include "sim/scenario/json_parse.hpp"

namespace writepath {
namespace {

double value_or_0(const RunSummary& run, const char* name) {
  const Metric* metric = find_metric(run, name);
  return metric && metric->value ? *metric->value : 0;
}

std::string counted(double count, const std::string& thing) {
  return shortest(count) + " " + thing + (count == 1 ? "" : "s");
}

/// Whom it strikes may live on while others take it for dead.
bool hides_the_living(const FaultSpec& fault) {
  switch (fault.kind) {
    case FaultKind::partition:
    case FaultKind::packet_loss:
    case FaultKind::packet_delay:
    case FaultKind::slow_node:
    case FaultKind::pause:
      return true;
    default:
      return false;
  }
}

class Judge {
 public:
  Judge(const RunSummary& run, const Scenario& played, const Promise& promise)
      : run_(run), played_(played), promise_(promise) {}

  std::vector<Finding> findings() {
    losses();
    stopped_writes();
    reads();
    split_brain();
    checks();
    return std::move(findings_);
  }

 private:
  void add(FindingKind kind, bool against_promise, double amount, std::string what) {
    findings_.push_back({kind, against_promise, amount, std::move(what)});
  }

  /// The faults that struck somebody here.
  std::vector<FaultSpec> struck() const {
    std::vector<FaultSpec> faults;
    for (const FaultSpec& fault : played_.faults) {
      const SubjectMetrics* subject = find_subject(run_.faults, fault.id);
      if (subject && subject->applicable) faults.push_back(fault);
    }
    return faults;
  }
  bool keeps_hold() const {
    const bool is_void =
        !promise_.void_if.empty() && value_or_0(run_, promise_.void_if.c_str()) > 0;
    const std::vector<FaultSpec> faults = struck();
    const bool hides = std::any_of(faults.begin(), faults.end(), hides_the_living);
    return !is_void && !(hides && promise_.missing_is_dead) &&
           is_within(absences_of(faults, promise_.over), promise_.keeps);
  }

  void losses() {
    const double lost = value_or_0(run_, "commits_lost");
    if (lost > 0)
      add(FindingKind::loses_acknowledged, keeps_hold(), lost,
          counted(lost, "acknowledged transaction") + " lost");
  }

  void stopped_writes() {
    const auto never_resumed = [](const SubjectMetrics& fault) {
      return fault.applicable && fault.censored;
    };
    const auto found = std::find_if(run_.faults.begin(), run_.faults.end(), never_resumed);
    if (found == run_.faults.end()) return;
    // What came back without its data may have taken a quorum's, or everybody's, with it.
    std::vector<Absence> gone = absences_of(struck(), promise_.over);
    gone.erase(std::remove_if(gone.begin(), gone.end(),
                              [](const Absence& a) { return !std::isinf(a.until_s); }),
               gone.end());
    const Metric* down = find_metric(found->metrics, "write_unavailable_s");
    const double seconds = down && down->value ? *down->value : 0;
    add(FindingKind::stops_writes, is_within(gone, promise_.writes), seconds,
        "no commit after fault " + found->id + " until the end");
  }

  void reads() {
    const auto visibility =
        std::find_if(run_.checks.begin(), run_.checks.end(),
                     [](const CheckResult& check) { return check.name == "visibility"; });
    if (visibility != run_.checks.end() && saw_what_was_lost(*visibility))
      add(FindingKind::phantom_read, promise_.reads_are_kept && keeps_hold(), 1,
          visibility->witness);
    const auto& loads = played_.workload.reads;
    const bool of_primary = std::all_of(loads.begin(), loads.end(), [](const ReadLoad& load) {
      return load.target == ReadLoad::Target::primary;
    });
    const double stale = value_or_0(run_, "stale_read_fraction");
    if (!loads.empty() && of_primary && stale > 0)
      add(FindingKind::stale_read, promise_.one_primary, stale,
          shortest(stale) + " of the primary's answers missed what was acknowledged before");
  }
  /// The visibility check names such a read, whether the architecture allows it or not.
  static bool saw_what_was_lost(const CheckResult& check) {
    return check.witness.rfind("a read at ", 0) == 0;
  }

  void split_brain() {
    const double sides = value_or_0(run_, "split_brain_transactions");
    if (sides > 0)
      add(FindingKind::split_brain, promise_.one_primary, sides,
          counted(sides, "transaction") + " acknowledged on a history that others had left");
  }

  void checks() {
    for (const CheckResult& check : run_.checks) {
      if (check.verdict != CheckResult::Verdict::broken) continue;
      if (check.name == "visibility" && saw_what_was_lost(check)) continue;
      add(FindingKind::check_broken, true, 1, check.name + ": " + check.witness);
      return;
    }
  }

  const RunSummary& run_;
  const Scenario& played_;
  const Promise& promise_;
  std::vector<Finding> findings_;
};

}  // namespace

const char* name_of(FindingKind kind) {
  constexpr const char* names[] = {
      "loses_acknowledged", "stops_writes", "phantom_read", "stale_read",
      "split_brain",        "check_broken", "crash"};
  return names[static_cast<std::size_t>(kind)];
}

std::vector<Finding> judge(const RunSummary& run, const Scenario& played, const Promise& promise) {
  return Judge(run, played, promise).findings();
}

std::string to_line(const std::vector<Finding>& findings) {
  JsonWriter json;
  json.begin_array();
  for (const Finding& finding : findings) {
    json.begin_array();
    json.value(static_cast<std::uint64_t>(finding.kind));
    json.value(finding.against_promise);
    json.value(finding.amount);
    json.value(finding.what);
    json.end_array();
  }
  json.end_array();
  return json.take();
}

std::vector<Finding> findings_from_line(const std::string& line) {
  std::vector<Finding> findings;
  const ParsedJson parsed = parse_json(line, 0);
  WRITEPATH_CHECK(parsed.root.has_value(), "a run's findings can't be read back");
  for (const JsonNode& item : parsed.root->items)
    findings.push_back({static_cast<FindingKind>(item.items[0].integer), item.items[1].boolean,
                        item.items[2].number, item.items[3].text});
  return findings;
}

}  // namespace writepath
