#pragma once
// One process for each job, so that each has a fresh SimGrid engine (SimGrid's rule is one a
// process) and a crash takes one run with it, not all. The parent never starts an engine.
#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace writepath::cli {

struct JobResult {
  int exit_code = 0;   ///< of the process, or 0 when a signal killed it
  int signal = 0;      ///< that killed it, or 0
  std::string output;  ///< what the job handed back
};

struct Job {
  /// Runs in the child: returns the exit code; what it appends to `output` reaches the parent.
  std::function<int(std::string& output)> body;
};

struct PoolOutcome {
  std::vector<JobResult> results;  ///< in the order of the jobs, whatever order they finished in
  int interrupted_by = 0;          ///< SIGINT, SIGTERM or SIGHUP reached us: all children are dead
};

/// Runs at most `processes` jobs at a time; `finished(n)` is called each time one more has ended.
/// A job that ends badly does not stop the others.
PoolOutcome run_jobs(const std::vector<Job>& jobs, std::size_t processes,
                     const std::function<void(std::size_t)>& finished);

}  // namespace writepath::cli
