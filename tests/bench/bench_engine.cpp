// How fast is the engine? All contestants in one run, one process each, in interleaved rounds, so
// that a busy machine slows them all; CPU time, and medians of the rounds' ratios.
//
// usage: bench_engine [--smoke] [--rounds N] [--in-flight N] [--transactions N]
// Exit 1 if a target is missed: at most 1.3 times the bare loop's cost, at least 15 times faster
// than SimPy and than SimGrid's actors and mailboxes. --smoke: small sizes, 1.6 and 10.
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <string>
#include <vector>

#include "tests/bench/fanout.hpp"

namespace writepath::bench {

double cpu_seconds() {
  rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

namespace {

struct Options {
  bool smoke = false;
  int rounds = 9;
  int in_flight = 16;
  long transactions = 100'000;
};

/// Runs a contestant in a child process: SimGrid allows one simulation in each.
Result in_child(const std::function<Result()>& run) {
  int ends[2];
  if (pipe(ends) != 0) return {};
  std::fflush(nullptr);
  const pid_t child = fork();
  if (child == 0) {
    const Result result = run();
    const bool sent = write(ends[1], &result, sizeof result) == sizeof result;
    _exit(sent ? 0 : 1);
  }
  close(ends[1]);
  Result result;
  const bool received = read(ends[0], &result, sizeof result) == sizeof result;
  close(ends[0]);
  waitpid(child, nullptr, 0);
  return received ? result : Result{};
}

Result run_python(const char* script, long transactions, int in_flight) {
  const std::string command = "/usr/bin/python3 " WRITEPATH_SOURCE_DIR "/tests/bench/" +
                              std::string(script) + " " + std::to_string(transactions) + " " +
                              std::to_string(in_flight);
  FILE* const output = popen(command.c_str(), "r");
  if (output == nullptr) return {};
  Result result;
  const int fields =
      std::fscanf(output, "%lf %ld %lf", &result.cpu_s, &result.transactions, &result.latency_ms);
  result.ran = pclose(output) == 0 && fields == 3;
  return result;
}

struct Contestant {
  const char* name;
  bool required;
  std::function<Result()> run;
  std::vector<Result> results;
};

double cost_ns(const Result& result) {  // of one event
  return result.cpu_s * 1e9 / static_cast<double>(result.transactions * events_per_transaction);
}
double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t half = values.size() / 2;
  return values.size() % 2 ? values[half] : (values[half - 1] + values[half]) / 2;
}
/// Median over the rounds of a's cost as a multiple of b's.
double ratio(const Contestant& a, const Contestant& b) {
  std::vector<double> ratios;
  for (std::size_t round = 0; round < a.results.size(); ++round)
    ratios.push_back(cost_ns(a.results[round]) / cost_ns(b.results[round]));
  return median(std::move(ratios));
}

class Verdict {
 public:
  void expect(bool holds, const std::string& target) {
    std::printf("%-7s %s\n", holds ? "holds" : "MISSED", target.c_str());
    if (!holds) ++missed_;
  }
  int exit_code() const { return missed_ == 0 ? 0 : 1; }

 private:
  int missed_ = 0;
};

std::string number(double value, const char* format) {
  char text[32];
  std::snprintf(text, sizeof text, format, value);
  return text;
}

Options parse(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    const auto value = [&] { return i + 1 < argc ? std::atol(argv[++i]) : 0; };
    if (word == "--smoke") {
      options.smoke = true;
      options.rounds = 5;
      options.transactions = 30'000;
    } else if (word == "--rounds") {
      options.rounds = static_cast<int>(value());
    } else if (word == "--in-flight") {
      options.in_flight = static_cast<int>(value());
    } else if (word == "--transactions") {
      options.transactions = value();
    } else {
      std::fprintf(stderr, "bench_engine: unknown option %s\n", word.c_str());
      std::exit(3);
    }
  }
  if (options.rounds < 1 || options.in_flight < 1 || options.transactions < 100) {
    std::fprintf(stderr, "bench_engine: a value is missing or out of range\n");
    std::exit(3);
  }
  return options;
}

int compare(const Options& options) {
  const long many = options.transactions, few = std::max(100L, many / 40);
  const int in_flight = options.in_flight;
  enum { bare, engine, queue, naive, simpy3, simpy2 };
  std::vector<Contestant> contestants = {
      {"bare loop", true, [=] { return in_child([=] { return run_bare(many, in_flight); }); }, {}},
      {"engine, drained in SimGrid",
       true,
       [=] { return in_child([=] { return run_engine(many, in_flight, true); }); },
       {}},
      {"engine's queue alone",
       true,
       [=] { return in_child([=] { return run_engine(many, in_flight, false); }); },
       {}},
      {"SimGrid actors, mailboxes",
       true,
       [=] { return in_child([=] { return run_naive(few, in_flight); }); },
       {}},
      {"SimPy 3", true, [=] { return run_python("simpy3_fanout.py", few, in_flight); }, {}},
      {"SimPy 2", false, [=] { return run_python("simpy2_fanout.py", few, in_flight); }, {}},
  };
  for (int round = 0; round < options.rounds; ++round)
    for (Contestant& contestant : contestants) contestant.results.push_back(contestant.run());

  std::printf("%d in flight, %d rounds, %d events a transaction, commit at %d of %d\n\n", in_flight,
              options.rounds, events_per_transaction, write_quorum, copies);
  std::printf("%-28s %10s %12s %12s %12s\n", "", "ns/event", "Mevents/s", "x bare loop",
              "latency ms");
  Verdict verdict;
  for (const Contestant& contestant : contestants) {
    const Result& first = contestant.results.front();
    if (!first.ran) {
      std::printf("%-28s %10s\n", contestant.name, "did not run");
      continue;
    }
    std::vector<double> costs;
    for (const Result& result : contestant.results) costs.push_back(cost_ns(result));
    const double cost = median(costs);
    std::printf("%-28s %10.1f %12.3f %12.2f %12.4f\n", contestant.name, cost, 1e3 / cost,
                ratio(contestant, contestants[bare]), first.latency_ms);
  }
  std::printf("\n");

  const double most = options.smoke ? 1.6 : 1.3, least = options.smoke ? 10 : 15;
  bool same = true;
  for (int who : {engine, queue})
    for (const Result& result : contestants[who].results)
      same = same && result.ran && result.transactions == many &&
             result.hash == contestants[bare].results.front().hash;
  verdict.expect(same, "bare loop and engine commit the same transactions at the same times");
  const double cost = ratio(contestants[engine], contestants[bare]);
  verdict.expect(cost <= most, "engine's cost " + number(cost, "%.2f") +
                                   " of the bare loop's, at most " + number(most, "%.1f"));
  for (int who : {naive, simpy3, simpy2}) {
    const Contestant& other = contestants[who];
    const Result& first = other.results.front();
    if (!first.ran) {
      if (other.required)
        verdict.expect(false, std::string(other.name) + " did not run: is it installed?");
      continue;
    }
    const double speed = ratio(other, contestants[engine]);
    verdict.expect(speed >= least, "engine " + number(speed, "%.1f") + " times faster than " +
                                       other.name + ", at least " + number(least, "%.0f"));
    const double drift = first.latency_ms / contestants[bare].results.front().latency_ms;
    verdict.expect(drift > 0.95 && drift < 1.05,
                   std::string(other.name) + " simulates the same latency within 5 %");
  }
  return verdict.exit_code();
}

}  // namespace

}  // namespace writepath::bench

int main(int argc, char** argv) {
  return writepath::bench::compare(writepath::bench::parse(argc, argv));
}
