#include "sim/check/linearizability.hpp"

#include <algorithm>
#include <unordered_set>

#include "sim/core/check.hpp"
#include "sim/core/flat_map.hpp"
#include "sim/core/random.hpp"

namespace writepath {
namespace {

using Verdict = Linearizability::Verdict;

/// What has been linearized, and what that leaves in the register. Words of the set that are full
/// at its front or empty at its end are left out.
struct Configuration {
  std::uint64_t value = 0, full_words = 0;
  std::vector<std::uint64_t> words;
  bool operator==(const Configuration&) const = default;
};
struct ConfigurationHash {
  std::size_t operator()(const Configuration& c) const {
    std::uint64_t hash = mix64(c.value + 0x9E3779B97F4A7C15ull * c.full_words);
    for (const std::uint64_t word : c.words) hash = mix64(hash ^ word);
    return static_cast<std::size_t>(hash);
  }
};

class BitSet {
 public:
  explicit BitSet(std::size_t bits) : words_(bits / 64 + 1) {}
  void set(std::size_t bit) { words_[bit / 64] |= std::uint64_t{1} << bit % 64; }
  void clear(std::size_t bit) { words_[bit / 64] &= ~(std::uint64_t{1} << bit % 64); }
  Configuration with(std::uint64_t value) const {
    const auto begin = std::find_if(words_.begin(), words_.end(),
                                    [](std::uint64_t word) { return word != UINT64_MAX; });
    auto end = words_.end();
    while (end != begin && *(end - 1) == 0) --end;
    return {value, static_cast<std::uint64_t>(begin - words_.begin()), {begin, end}};
  }

 private:
  std::vector<std::uint64_t> words_;
};

/// Depth first through the orders that real time allows. Calls and returns of what is not yet
/// linearized are a linked list: what is called before its first return may come next.
class Search {
 public:
  Search(const std::vector<TimedOperation>& history, std::uint64_t bound);
  Linearizability run();

 private:
  static constexpr std::size_t none = SIZE_MAX;
  struct Entry {
    std::uint64_t time = 0;
    std::size_t operation = 0;
    bool is_call = false;
    std::size_t before = none, after = none;
    std::size_t ret = none;  ///< of a call: its return, if there is one
  };
  struct Step {
    std::size_t call;
    std::uint64_t value;  ///< before it
  };

  void linearize(std::size_t call);
  void take_reads();
  bool try_write(std::size_t call);
  bool back_up(std::size_t& at);
  void lift(std::size_t call);
  void put_back(std::size_t call);
  void unlink(std::size_t e) {
    entries_[entries_[e].before].after = entries_[e].after;
    if (entries_[e].after != none) entries_[entries_[e].after].before = entries_[e].before;
  }
  void link(std::size_t e) {
    entries_[entries_[e].before].after = e;
    if (entries_[e].after != none) entries_[entries_[e].after].before = e;
  }

  const std::vector<TimedOperation>& history_;
  std::uint64_t bound_;
  std::vector<Entry> entries_;  ///< the first is the list's head
  std::size_t returns_left_ = 0;
  std::uint64_t value_ = 0;
  BitSet linearized_;
  std::unordered_set<Configuration, ConfigurationHash> seen_;
  std::vector<Step> steps_;
};

Search::Search(const std::vector<TimedOperation>& history, std::uint64_t bound)
    : history_(history), bound_(bound), linearized_(history.size()) {
  entries_.push_back({});
  for (std::size_t i = 0; i < history.size(); ++i) {
    entries_.push_back({.time = history[i].call, .operation = i, .is_call = true});
    if (history[i].ret == TimedOperation::never) continue;
    entries_.push_back({.time = history[i].ret, .operation = i});
    ++returns_left_;
  }
  std::sort(entries_.begin() + 1, entries_.end(),
            [](const Entry& a, const Entry& b) { return a.time < b.time; });
  std::vector<std::size_t> call_of(history.size(), none);
  for (std::size_t e = 1; e < entries_.size(); ++e) {
    entries_[e].before = e - 1;
    entries_[e - 1].after = e;
    if (entries_[e].is_call)
      call_of[entries_[e].operation] = e;
    else
      entries_[call_of[entries_[e].operation]].ret = e;
  }
}

void Search::lift(std::size_t call) {
  unlink(call);
  if (entries_[call].ret == none) return;
  unlink(entries_[call].ret);
  --returns_left_;
}

void Search::put_back(std::size_t call) {
  if (entries_[call].ret != none) {
    link(entries_[call].ret);
    ++returns_left_;
  }
  link(call);
}

void Search::linearize(std::size_t call) {
  const TimedOperation& operation = history_[entries_[call].operation];
  linearized_.set(entries_[call].operation);
  steps_.push_back({call, value_});
  value_ = operation.value;
  lift(call);
}

/// A read that fits may as well come at once: it changes nothing, and whatever order there is
/// remains one with the read moved to its front. So reads are never a choice.
void Search::take_reads() {
  for (std::size_t e = entries_[0].after; e != none && entries_[e].is_call;) {
    const TimedOperation& operation = history_[entries_[e].operation];
    const std::size_t before = entries_[e].before;
    const bool fits = !operation.write && operation.value == value_;
    if (fits) linearize(e);
    e = fits ? entries_[before].after : entries_[e].after;
  }
}

/// Linearizes a write next, unless that has led nowhere before.
bool Search::try_write(std::size_t call) {
  const TimedOperation& operation = history_[entries_[call].operation];
  if (!operation.write) return false;
  linearized_.set(entries_[call].operation);
  if (!seen_.insert(linearized_.with(operation.value)).second) {
    linearized_.clear(entries_[call].operation);
    return false;
  }
  linearize(call);
  take_reads();
  return true;
}

/// To the last choice that had an alternative, and past what was chosen there.
bool Search::back_up(std::size_t& at) {
  while (!steps_.empty()) {
    const Step last = steps_.back();
    steps_.pop_back();
    value_ = last.value;
    linearized_.clear(entries_[last.call].operation);
    put_back(last.call);
    at = entries_[last.call].after;
    if (history_[entries_[last.call].operation].write) return true;
  }
  return false;
}

Linearizability Search::run() {
  Linearizability result;
  std::uint64_t furthest = 0;
  take_reads();
  std::size_t at = entries_[0].after;
  while (returns_left_ > 0) {
    if (seen_.size() > bound_) {
      result.configurations = seen_.size();
      return result;
    }
    WRITEPATH_CHECK(at != none, "a return that is left stands in the list");
    if (entries_[at].is_call) {
      at = try_write(at) ? entries_[0].after : entries_[at].after;
      continue;
    }
    // Nothing that may come before this return leads any further.
    if (entries_[at].time >= furthest) {
      furthest = entries_[at].time;
      result.culprit = entries_[at].operation;
    }
    if (!back_up(at)) {
      result.verdict = Verdict::not_linearizable;
      result.configurations = seen_.size();
      return result;
    }
  }
  result.verdict = Verdict::linearizable;
  result.configurations = seen_.size();
  return result;
}

// ---- zones

/// A value's write and reads, and from where to where the register must have held it: from the
/// first end among them to the last beginning. If the first end comes after the last beginning
/// (all overlap), it must have held it at one moment between these.
struct Cluster {
  std::uint64_t first_end = UINT64_MAX, last_begin = 0;
  std::uint64_t written = UINT64_MAX;  ///< when its write was called; UINT64_MAX: never
  std::uint64_t first_read_end = UINT64_MAX;
  bool is_forward() const { return first_end < last_begin; }
};

/// By value; times are one later than the history's, so that 0 is before all.
std::vector<Cluster> clusters_of(const std::vector<TimedOperation>& history) {
  std::vector<Cluster> clusters(1);
  clusters[0].written = clusters[0].first_end = 0;
  FlatMap<std::size_t> number;
  for (const TimedOperation& operation : history) {
    std::size_t n = 0;
    if (operation.value != 0) {
      if (!number.find(operation.value)) {
        number[operation.value] = clusters.size();
        clusters.emplace_back();
      }
      n = number[operation.value];
    }
    Cluster& cluster = clusters[n];
    const std::uint64_t ret =
        operation.ret == TimedOperation::never ? TimedOperation::never : operation.ret + 1;
    cluster.first_end = std::min(cluster.first_end, ret);
    cluster.last_begin = std::max(cluster.last_begin, operation.call + 1);
    if (operation.write)
      cluster.written = operation.call + 1;
    else
      cluster.first_read_end = std::min(cluster.first_read_end, ret);
  }
  return clusters;
}

}  // namespace

Linearizability search_linearization(const std::vector<TimedOperation>& history,
                                     std::uint64_t bound) {
  Search search(history, bound);
  return search.run();
}

Verdict judge_by_zones(const std::vector<TimedOperation>& history) {
  const std::vector<Cluster> clusters = clusters_of(history);
  std::vector<Cluster> forward;
  for (const Cluster& cluster : clusters) {
    if (cluster.first_read_end < cluster.written) return Verdict::not_linearizable;
    if (cluster.is_forward()) forward.push_back(cluster);
  }
  std::sort(forward.begin(), forward.end(),
            [](const Cluster& a, const Cluster& b) { return a.first_end < b.first_end; });
  for (std::size_t i = 1; i < forward.size(); ++i)
    if (forward[i].first_end < forward[i - 1].last_begin) return Verdict::not_linearizable;
  for (const Cluster& cluster : clusters) {
    if (cluster.is_forward()) continue;
    const auto after = std::upper_bound(
        forward.begin(), forward.end(), cluster.last_begin,
        [](std::uint64_t begin, const Cluster& zone) { return begin < zone.first_end; });
    if (after != forward.begin() && cluster.first_end < std::prev(after)->last_begin)
      return Verdict::not_linearizable;
  }
  return Verdict::linearizable;
}

}  // namespace writepath
