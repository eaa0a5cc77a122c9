#include "sim/cli/explore_runs.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <csignal>
#include <cstring>
#include <map>

#include "sim/cli/process_pool.hpp"
#include "sim/cli/progress.hpp"
#include "sim/cli/results_folder.hpp"
#include "sim/core/check.hpp"
#include "sim/explore/draw_plan.hpp"
#include "sim/explore/shrink.hpp"
#include "sim/run/run_one.hpp"

namespace writepath::cli {
namespace {

/// A run that computes longer than this hangs: it is ended, and counts as a crash.
constexpr rlim_t longest_run_cpu_s = 120;

/// Signals wait while an exploration goes on; its pool takes them.
class HeldSignals {
 public:
  HeldSignals() {
    sigset_t set;
    sigemptyset(&set);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&set, signal);
    sigprocmask(SIG_BLOCK, &set, &before_);
  }
  ~HeldSignals() { sigprocmask(SIG_SETMASK, &before_, nullptr); }
  HeldSignals(const HeldSignals&) = delete;
  HeldSignals& operator=(const HeldSignals&) = delete;

 private:
  sigset_t before_;
};

class Explorer {
 public:
  Explorer(const ExploreRequest& request, const ModelRegistry& registry)
      : request_(request), registry_(registry), base_(request.base->scenario) {
    Exploration& e = explored_.exploration;
    e.scenario = base_.name;
    e.seed = request.seed;
    e.first = request.first;
    e.plans = request.plans;
    e.budget = request.budget;
    e.command = request.command;
    for (const ArchitectureSpec& architecture : base_.architectures) {
      ExploredArchitecture explored;
      explored.name = architecture.name;
      explored.promise = promise_of(*find_model(registry, architecture.model), architecture);
      e.architectures.push_back(std::move(explored));
    }
  }

  Explored explore() {
    play_all();
    for (std::size_t a = 0; a < architectures(); ++a) make_smaller(a);
    write_scenarios();
    return std::move(explored_);
  }

 private:
  struct Best {
    Plan plan;
    Finding finding;
  };
  using Findings = std::vector<Finding>;

  std::size_t architectures() const { return base_.architectures.size(); }
  std::string command_of(std::uint64_t plan) const {
    return request_.command + " --first " + std::to_string(plan) + " --plans 1";
  }

  int play(const Plan& plan, std::size_t architecture, std::string& output) const;
  Findings findings_of(const JobResult& result) const;
  void play_all();
  void keep(const Plan& plan, std::size_t architecture, const Findings& findings);
  std::vector<Findings> play_side_by_side(const std::vector<Plan>& plans, std::size_t architecture);
  void make_smaller(std::size_t architecture);
  Smallest smallest_of(std::size_t architecture, FindingKind kind, const Best& best);
  void write_scenarios();

  const ExploreRequest& request_;
  const ModelRegistry& registry_;
  const Scenario& base_;
  Explored explored_;
  std::map<std::size_t, std::map<std::size_t, Best>> best_;  ///< by architecture and finding
};

int Explorer::play(const Plan& plan, std::size_t architecture, std::string& output) const {
  set_reproduce_line(command_of(plan.index));
  const rlimit limit{longest_run_cpu_s, longest_run_cpu_s};
  setrlimit(RLIMIT_CPU, &limit);
  const Scenario scenario = scenario_of(plan, base_);
  RunOptions how;
  how.seed = scenario.seed;
  const RunSummary run = run_one(scenario, scenario.architectures[architecture], registry_, how);
  const Promise& promise = explored_.exploration.architectures[architecture].promise;
  output = to_line(judge(run, scenario, promise));
  return 0;
}

std::vector<Finding> Explorer::findings_of(const JobResult& result) const {
  if (result.signal == 0) return findings_from_line(result.output);
  return {{FindingKind::crash, true, 1,
           "the program was ended by signal " + std::to_string(result.signal) + " (" +
               strsignal(result.signal) + ")"}};
}

void Explorer::play_all() {
  std::vector<Job> jobs;
  const auto plan_of = [this](std::size_t job) {
    return draw_plan(base_, request_.budget, request_.seed, request_.first + job / architectures());
  };
  for (std::size_t job = 0; job < request_.plans * architectures(); ++job)
    jobs.push_back({[this, job, plan_of](std::string& output) {
      return play(plan_of(job), job % architectures(), output);
    }});
  const Progress progress(jobs.size(), request_.quiet);
  const PoolOutcome outcome =
      run_jobs(jobs, request_.processes, [&](std::size_t done) { progress.show(done); });
  explored_.interrupted_by = outcome.interrupted_by;
  for (std::size_t job = 0; job < jobs.size(); ++job) {
    const JobResult& result = outcome.results[job];
    if (result.signal == 0 && result.output.empty()) continue;  // interrupted before
    keep(plan_of(job), job % architectures(), findings_of(result));
  }
}

void Explorer::keep(const Plan& plan, std::size_t architecture, const Findings& findings) {
  ExploredArchitecture& explored = explored_.exploration.architectures[architecture];
  ++explored.plans;
  for (const Finding& finding : findings) {
    const auto kind = static_cast<std::size_t>(finding.kind);
    ++explored.found[kind];
    explored.against_promise[kind] += finding.against_promise;
    const auto [best, is_first] = best_[architecture].try_emplace(kind, Best{plan, finding});
    const Best& known = best->second;
    const bool better = finding.against_promise != known.finding.against_promise
                            ? finding.against_promise
                            : is_smaller(plan, known.plan);
    if (!is_first && better) best->second = {plan, finding};
  }
}

std::vector<Explorer::Findings> Explorer::play_side_by_side(const std::vector<Plan>& plans,
                                                            std::size_t architecture) {
  std::vector<Findings> all(plans.size());
  std::vector<Job> jobs;
  if (explored_.interrupted_by) return all;
  for (const Plan& plan : plans)
    jobs.push_back({[this, &plan, architecture](std::string& output) {
      return play(plan, architecture, output);
    }});
  const PoolOutcome outcome = run_jobs(jobs, request_.processes, [](std::size_t) {});
  explored_.interrupted_by = outcome.interrupted_by;
  for (std::size_t i = 0; i < plans.size() && !outcome.interrupted_by; ++i)
    all[i] = findings_of(outcome.results[i]);
  return all;
}

void Explorer::make_smaller(std::size_t architecture) {
  std::vector<Smallest>& list = explored_.exploration.architectures[architecture].smallest;
  const auto has = [&](std::size_t kind) {
    return std::any_of(list.begin(), list.end(), [&](const Smallest& s) {
      return s.finding.kind == static_cast<FindingKind>(kind);
    });
  };
  // Plans that are tried on the way may show something new.
  for (bool more = true; more;) {
    more = false;
    for (std::size_t k = 0; k < finding_kinds; ++k) {
      const auto best = best_[architecture].find(k);
      if (best == best_[architecture].end() || has(k)) continue;
      list.push_back(smallest_of(architecture, static_cast<FindingKind>(k), Best(best->second)));
      more = true;
    }
  }
  std::sort(list.begin(), list.end(),
            [](const Smallest& a, const Smallest& b) { return a.finding.kind < b.finding.kind; });
}

Smallest Explorer::smallest_of(std::size_t architecture, FindingKind kind, const Best& best) {
  Smallest smallest;
  smallest.finding = best.finding;
  smallest.found_in = best.plan.index;
  const StillShows still_shows = [&](const std::vector<Plan>& plans) {
    const std::vector<Findings> all = play_side_by_side(plans, architecture);
    std::vector<bool> shows;
    bool none_before = true;
    for (std::size_t i = 0; i < plans.size(); ++i) {
      const bool allowed = allows(request_.budget, plans[i].faults);
      bool found = false;
      for (const Finding& finding : all[i]) {
        const auto k = static_cast<std::size_t>(finding.kind);
        if (allowed && finding.against_promise)
          best_[architecture].try_emplace(k, Best{plans[i], finding});
        if (!allowed || finding.kind != kind ||
            finding.against_promise != best.finding.against_promise)
          continue;
        found = true;
        if (none_before) smallest.finding = finding;
      }
      shows.push_back(found);
      none_before = none_before && !found;
    }
    return shows;
  };
  Shrunk shrunk = shrink(best.plan, base_, still_shows, request_.most_tried);
  smallest.plan = std::move(shrunk.plan);
  smallest.tried = shrunk.tried;
  return smallest;
}

void Explorer::write_scenarios() {
  if (request_.out.empty()) return;
  const std::filesystem::path folder = std::filesystem::path(request_.out) / base_.name;
  const ModelCatalog catalog = catalog_of(registry_);
  for (ExploredArchitecture& architecture : explored_.exploration.architectures)
    for (Smallest& smallest : architecture.smallest) {
      std::error_code failed;
      std::filesystem::create_directories(folder, failed);
      if (failed) throw ResultsError("can't make " + folder.string() + ": " + failed.message());
      const std::filesystem::path file =
          folder / (architecture.name + "-" + name_of(smallest.finding.kind) + ".json");
      const Scenario scenario =
          reproducing(smallest, explored_.exploration, architecture.name, base_);
      write_file(file, resolved_text(scenario, catalog));
      smallest.file = file.string();
    }
}

}  // namespace

Explored explore(const ExploreRequest& request, const ModelRegistry& registry) {
  const HeldSignals held;
  return Explorer(request, registry).explore();
}

}  // namespace writepath::cli
