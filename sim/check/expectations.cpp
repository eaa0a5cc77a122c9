#include "sim/check/expectations.hpp"

#include <charconv>
#include <cmath>

#include "sim/metrics/find_metric.hpp"
#include "sim/scenario/fault_kinds.hpp"

namespace writepath {
namespace {

std::string figure(double value) {
  char text[40];
  return std::string(text, std::to_chars(text, text + sizeof text, value).ptr);
}

/// What an expectation finds in one run.
struct Sample {
  std::optional<double> value;
  bool applicable =
      true;               ///< false: the run has no such fault, node, ..., or it has no target here
  bool censored = false;  ///< an rto_s that never came
  std::string missing;    ///< why there is no value
};

Sample sample_in(const std::vector<SubjectMetrics>& subjects, const char* kind,
                 const std::string& id, const std::string& metric) {
  const SubjectMetrics* subject = find_subject(subjects, id);
  if (!subject) return {{}, false, false, std::string("the run has no ") + kind + " " + id};
  if (!subject->applicable)
    return {{}, false, false, std::string(kind) + " " + id + " does not apply here"};
  const Metric* found = find_metric(subject->metrics, metric);
  if (!found) return {{}, true, false, "there is no such metric of a " + std::string(kind)};
  const bool never_came = !found->value && subject->censored && metric == "rto_s";
  return {found->value, true, never_came, found->value ? "" : "it has no sample"};
}

Sample sample_of(const Expectation& expectation, const RunSummary& run) {
  const std::string& metric = expectation.metric;
  if (!expectation.fault.empty()) return sample_in(run.faults, "fault", expectation.fault, metric);
  if (!expectation.operation.empty())
    return sample_in(run.operations, "operation", expectation.operation, metric);
  if (!expectation.clients.empty())
    return sample_in(run.clients, "client group", expectation.clients, metric);
  if (!expectation.node.empty())
    return sample_in(run.replicas, "replica", expectation.node, metric);
  const Metric* found = find_metric(run, metric);
  if (!found) return {{}, true, false, "the run has no such metric"};
  return {found->value, true, false, found->value ? "" : "it has no sample"};
}

/// "fault dark: rto_s" or the metric alone.
std::string subject_words(const Expectation& expectation) {
  if (!expectation.fault.empty()) return "fault " + expectation.fault + ": " + expectation.metric;
  if (!expectation.operation.empty())
    return "operation " + expectation.operation + ": " + expectation.metric;
  if (!expectation.clients.empty())
    return "clients " + expectation.clients + ": " + expectation.metric;
  if (!expectation.node.empty()) return "node " + expectation.node + ": " + expectation.metric;
  return expectation.metric;
}

/// One bound that a value must keep.
struct Bound {
  enum class Kind { at_most, at_least, less_than, more_than, equals } kind;
  double bound, tolerance;
  std::string words;  ///< "at most 5"

  bool kept_by(double value) const {
    switch (kind) {
      case Kind::at_most:
        return value <= bound;
      case Kind::at_least:
        return value >= bound;
      case Kind::less_than:
        return value < bound;
      case Kind::more_than:
        return value > bound;
      case Kind::equals:
        return std::abs(value - bound) <= tolerance;
    }
    return false;
  }
};

const char* words_of(Bound::Kind kind) {
  switch (kind) {
    case Bound::Kind::at_most:
      return "at most ";
    case Bound::Kind::at_least:
      return "at least ";
    case Bound::Kind::less_than:
      return "less than ";
    case Bound::Kind::more_than:
      return "more than ";
    case Bound::Kind::equals:
      return "equal to ";
  }
  return "";
}

Bound bound_of(Bound::Kind kind, double bound, double tolerance, const std::string& whose) {
  std::string words = words_of(kind) + figure(bound);
  if (kind == Bound::Kind::equals && tolerance > 0) words += " within " + figure(tolerance);
  return {kind, bound, tolerance, words + whose};
}

std::vector<Bound> own_bounds(const Expectation& e) {
  std::vector<Bound> bounds;
  const auto add = [&](const std::optional<double>& bound, Bound::Kind kind) {
    if (bound) bounds.push_back(bound_of(kind, *bound, e.tolerance, ""));
  };
  add(e.at_most, Bound::Kind::at_most);
  add(e.at_least, Bound::Kind::at_least);
  add(e.less_than, Bound::Kind::less_than);
  add(e.more_than, Bound::Kind::more_than);
  add(e.equals, Bound::Kind::equals);
  return bounds;
}

Bound::Kind kind_of(Expectation::Relation relation) {
  switch (relation) {
    case Expectation::Relation::less_than:
      return Bound::Kind::less_than;
    case Expectation::Relation::at_most:
      return Bound::Kind::at_most;
    case Expectation::Relation::at_least:
      return Bound::Kind::at_least;
    case Expectation::Relation::more_than:
      return Bound::Kind::more_than;
    case Expectation::Relation::equal:
    case Expectation::Relation::none:
      break;
  }
  return Bound::Kind::equals;
}

const RunSummary* run_of(const std::vector<RunSummary>& runs, const std::string& architecture) {
  for (const RunSummary& run : runs)
    if (run.architecture == architecture) return &run;
  return nullptr;
}

class Judgement {
 public:
  Judgement(const Expectation& expectation, const std::vector<RunSummary>& runs)
      : expectation_(expectation), runs_(runs) {}

  /// Fills text, verdict, reason and value. `run`: null if the architecture didn't run.
  void judge(const RunSummary* run, ExpectationResult& result) const {
    std::vector<Bound> bounds = own_bounds(expectation_);
    std::string missing;
    const bool compares = !expectation_.than.empty();
    if (compares) add_comparison(bounds, missing);
    result.text = result.architecture + ": " + subject_words(expectation_) + " " +
                  (compares ? comparison_words() : expected(bounds));
    if (!run) {
      result.reason = result.architecture + " did not run";
      return;
    }
    const Sample sample = sample_of(expectation_, *run);
    result.value = sample.value;
    const std::string name = result.architecture + ": " + subject_words(expectation_);
    if (sample.censored) {
      result.verdict = ExpectationVerdict::broken;
      result.reason = name + " never came before the run ended, expected " + expected(bounds);
    } else if (!sample.value) {
      result.reason = name + " can't be judged: " + sample.missing;
    } else if (!missing.empty()) {
      result.reason = name + " = " + figure(*sample.value) + " can't be judged: " + missing;
    } else {
      bool kept = true;
      for (const Bound& bound : bounds) kept = kept && bound.kept_by(*sample.value);
      result.verdict = kept ? ExpectationVerdict::holds : ExpectationVerdict::broken;
      result.reason = name + " = " + figure(*sample.value) + ", expected " + expected(bounds);
    }
  }

 private:
  static std::string expected(const std::vector<Bound>& bounds) {
    std::string words;
    for (const Bound& bound : bounds) words += (words.empty() ? "" : " and ") + bound.words;
    return words.empty() ? "a bound" : words;
  }
  /// "less than 0.5 x mysql-async"
  std::string comparison_words() const {
    const std::string factor = expectation_.factor == 1 ? "" : figure(expectation_.factor) + " x ";
    return words_of(kind_of(expectation_.relation)) + factor + expectation_.than;
  }
  void add_comparison(std::vector<Bound>& bounds, std::string& missing) const {
    const RunSummary* other = run_of(runs_, expectation_.than);
    const Sample sample = other ? sample_of(expectation_, *other) : Sample{};
    if (!sample.value) {
      missing = expectation_.than + " " +
                (!other            ? "did not run"
                 : sample.censored ? "never resumed"
                                   : "has no value: " + sample.missing);
      return;
    }
    std::string whose = " (";
    if (expectation_.factor != 1) whose += figure(expectation_.factor) + " x ";
    whose += expectation_.than + "'s " + figure(*sample.value) + ")";
    bounds.push_back(bound_of(kind_of(expectation_.relation), expectation_.factor * *sample.value,
                              expectation_.tolerance, whose));
  }

  const Expectation& expectation_;
  const std::vector<RunSummary>& runs_;
};

/// The same expectation of each strike of its fault that found somebody in this run; itself where
/// none did, and where it speaks of no fault.
std::vector<Expectation> by_strike(const Expectation& expectation, const RunSummary* run) {
  std::vector<Expectation> all;
  if (run && !expectation.fault.empty())
    for (const SubjectMetrics& fault : run->faults)
      if (fault.applicable && is_strike_of(fault.id, expectation.fault)) {
        all.push_back(expectation);
        all.back().fault = fault.id;
      }
  if (all.empty()) all.push_back(expectation);
  return all;
}

/// The worst of the strikes: one that is broken, else one that can't be judged.
ExpectationResult judged(const Expectation& expectation, const std::vector<RunSummary>& runs,
                         const RunSummary* run, const ExpectationResult& blank) {
  const auto badness = [](const ExpectationResult& result) {
    return result.verdict == ExpectationVerdict::broken     ? 2
           : result.verdict == ExpectationVerdict::unjudged ? 1
                                                            : 0;
  };
  std::optional<ExpectationResult> worst;
  for (const Expectation& of_strike : by_strike(expectation, run)) {
    ExpectationResult result = blank;
    Judgement(of_strike, runs).judge(run, result);
    if (!worst || badness(result) > badness(*worst)) worst = std::move(result);
  }
  // What was expected names the fault as the scenario does.
  ExpectationResult expected = blank;
  Judgement(expectation, runs).judge(nullptr, expected);
  worst->text = std::move(expected.text);
  return *worst;
}

/// The runs that an expectation speaks of: its architecture's, or all those to which it applies.
std::vector<const RunSummary*> subjects_of(const Expectation& expectation,
                                           const std::vector<RunSummary>& runs) {
  if (!expectation.architecture.empty()) return {run_of(runs, expectation.architecture)};
  std::vector<const RunSummary*> result;
  for (const RunSummary& run : runs) {
    if (run.architecture == expectation.than) continue;
    if (sample_of(by_strike(expectation, &run).front(), run).applicable) result.push_back(&run);
  }
  return result;
}

}  // namespace

const char* name_of(ExpectationVerdict verdict) {
  switch (verdict) {
    case ExpectationVerdict::holds:
      return "holds";
    case ExpectationVerdict::broken:
      return "broken";
    case ExpectationVerdict::unjudged:
      return "unjudged";
  }
  return "?";
}

std::vector<ExpectationResult> evaluate(const Scenario& scenario,
                                        const std::vector<RunSummary>& runs) {
  std::vector<ExpectationResult> results;
  for (std::size_t i = 0; i < scenario.expect.size(); ++i) {
    const Expectation& expectation = scenario.expect[i];
    ExpectationResult blank;
    blank.index = i;
    blank.seed = runs.empty() ? 0 : runs.front().seed;
    blank.because = expectation.because;
    const auto subjects = subjects_of(expectation, runs);
    if (subjects.empty()) {
      blank.text = subject_words(expectation);
      blank.reason = blank.text + " applies to no architecture that ran";
      results.push_back(blank);
    }
    for (const RunSummary* run : subjects) {
      ExpectationResult result = blank;
      result.architecture = run ? run->architecture : expectation.architecture;
      results.push_back(judged(expectation, runs, run, result));
    }
  }
  return results;
}

int exit_code(const std::vector<ExpectationResult>& results) {
  int code = 0;
  for (const ExpectationResult& result : results) {
    if (result.verdict == ExpectationVerdict::broken) return 1;
    if (result.verdict == ExpectationVerdict::unjudged) code = 2;
  }
  return code;
}

}  // namespace writepath
