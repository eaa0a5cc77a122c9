#include "sim/cli/process_pool.hpp"

#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <exception>
#include <iostream>
#include <map>
#include <system_error>
#include <utility>

#include "sim/core/check.hpp"

namespace writepath::cli {
namespace {

constexpr std::array stop_signals{SIGINT, SIGTERM, SIGHUP};

[[noreturn]] void fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

/// Blocks the signals that end or wake the pool, so that sigwaitinfo takes them one by one: no
/// handler runs, and none is lost between a test and a wait.
class BlockedSignals {
 public:
  BlockedSignals() {
    sigemptyset(&set_);
    sigaddset(&set_, SIGCHLD);
    for (int signal : stop_signals) sigaddset(&set_, signal);
    sigprocmask(SIG_BLOCK, &set_, &before_);
  }
  ~BlockedSignals() { sigprocmask(SIG_SETMASK, &before_, nullptr); }
  BlockedSignals(const BlockedSignals&) = delete;
  BlockedSignals& operator=(const BlockedSignals&) = delete;

  /// SIGCHLD or one of stop_signals.
  int wait() const {
    int signal;
    do signal = sigwaitinfo(&set_, nullptr);
    while (signal < 0 && errno == EINTR);
    return signal;
  }
  void restore_in_child() const { sigprocmask(SIG_SETMASK, &before_, nullptr); }

 private:
  sigset_t set_, before_;
};

/// What a child hands back: memory that both processes see as a file, so that no pipe can fill up.
class Mailbag {
 public:
  Mailbag() : fd_(memfd_create("writepath-job", MFD_CLOEXEC)) {
    if (fd_ < 0) fail("memfd_create");
  }
  Mailbag(Mailbag&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Mailbag& operator=(Mailbag&&) = delete;
  ~Mailbag() {
    if (fd_ >= 0) close(fd_);
  }

  bool write_all(const std::string& text) const {
    std::size_t done = 0;
    while (done < text.size()) {
      const ssize_t n = write(fd_, text.data() + done, text.size() - done);
      if (n < 0 && errno == EINTR) continue;
      if (n <= 0) return false;
      done += static_cast<std::size_t>(n);
    }
    return true;
  }
  std::string read_all() const {
    const off_t size = lseek(fd_, 0, SEEK_END);
    std::string text(size > 0 ? static_cast<std::size_t>(size) : 0, '\0');
    std::size_t done = 0;
    while (done < text.size()) {
      const ssize_t n =
          pread(fd_, text.data() + done, text.size() - done, static_cast<off_t>(done));
      if (n < 0 && errno == EINTR) continue;
      if (n <= 0) fail("reading a job's result");
      done += static_cast<std::size_t>(n);
    }
    return text;
  }

 private:
  int fd_;
};

struct Running {
  std::size_t job;
  Mailbag mailbag;
};

[[noreturn]] void be_the_child(const Job& job, const Mailbag& mailbag, pid_t parent) {
  // Whoever kills the parent outright (kill -9) ends its children as well.
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(1);
  std::string output;
  int code = 1;
  try {
    code = job.body(output);
  } catch (const std::exception& error) {
    check_failed("a run throws nothing", __FILE__, __LINE__, error.what());
  }
  std::cerr.flush();
  WRITEPATH_CHECK(mailbag.write_all(output), "a run's result does not fit in memory");
  _exit(code);  // neither destructors nor stdio buffers of the parent
}

void kill_all(const std::map<pid_t, Running>& running) {
  for (const auto& [pid, unused] : running) kill(pid, SIGKILL);
  for (const auto& [pid, unused] : running)
    while (waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
    }
}

}  // namespace

PoolOutcome run_jobs(const std::vector<Job>& jobs, std::size_t processes,
                     const std::function<void(std::size_t)>& finished) {
  PoolOutcome outcome;
  outcome.results.resize(jobs.size());
  std::map<pid_t, Running> running;
  const BlockedSignals signals;
  const pid_t self = getpid();
  std::size_t next = 0, ended = 0;
  std::cout.flush();

  const auto start_some = [&] {
    for (; running.size() < processes && next < jobs.size(); ++next) {
      Mailbag mailbag;
      const pid_t pid = fork();
      if (pid < 0) {
        if (!running.empty()) return;  // try again when one has ended
        fail("fork");
      }
      if (pid == 0) {
        signals.restore_in_child();
        be_the_child(jobs[next], mailbag, self);
      }
      running.emplace(pid, Running{next, std::move(mailbag)});
    }
  };
  const auto collect = [&] {
    int status = 0;
    for (pid_t pid; (pid = waitpid(-1, &status, WNOHANG)) > 0;) {
      const auto found = running.find(pid);
      if (found == running.end()) continue;
      JobResult& result = outcome.results[found->second.job];
      if (WIFSIGNALED(status)) result.signal = WTERMSIG(status);
      if (WIFEXITED(status)) {
        result.exit_code = WEXITSTATUS(status);
        result.output = found->second.mailbag.read_all();
      }
      running.erase(found);
      finished(++ended);
    }
  };

  start_some();
  while (!running.empty()) {
    const int signal = signals.wait();
    if (signal != SIGCHLD) {
      kill_all(running);
      outcome.interrupted_by = signal;
      return outcome;
    }
    collect();
    start_some();
  }
  return outcome;
}

}  // namespace writepath::cli
