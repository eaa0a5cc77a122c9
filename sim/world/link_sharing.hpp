#pragma once
// A link direction whose bandwidth the active channels share equally, as SimGrid's fluid model
// (and, in the long run, TCP) shares it: processor sharing.
//
// Kept in virtual time: V is the number of bytes that every active flow has been given since the
// link was last idle. A flow that starts at V with b bytes ends when V reaches V + b, however
// many join or leave meanwhile. So nothing is touched for each flow when the rate changes, and the
// link is evaluated only when somebody asks.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace writepath {

class SharedLink {
 public:
  explicit SharedLink(double bytes_per_ns) : rate_(bytes_per_ns) {}

  std::size_t active() const { return flows_.size(); }
  /// Bytes/ns that one more flow would get.
  double share_of_one_more() const { return 1 / ns_per_byte(flows_.size() + 1); }

  /// Runs virtual time up to `now` (ns). Calls ended(channel, when) for each flow that ends, in
  /// order; it gives the size of the message with which the channel goes on, or a negative number.
  template <class Ended>
  void advance(double now, Ended ended) {
    while (!flows_.empty()) {
      const double end = clock_ + (flows_.front().ends_at - served_) * ns_per_byte(flows_.size());
      if (end > now) break;
      clock_ = std::max(clock_, end);
      serve_up_to(flows_.front().ends_at);
      const double next_bytes = ended(flows_.front().channel, clock_);
      if (next_bytes < 0)
        pop();
      else
        replace_top({served_ + next_bytes, flows_.front().channel});
    }
    if (flows_.empty())
      served_ = 0;
    else
      serve_up_to(served_ + (now - clock_) / ns_per_byte(flows_.size()));
    clock_ = now;
  }

  /// From here to earliest_end(): all at the link's clock; advance() it to now before.
  void start(std::uint32_t channel, double bytes) { push({served_ + bytes, channel}); }
  void remove(std::uint32_t channel);
  /// Flows that are not simulated here take part: `others` of them, each with an equal share,
  /// unless something else bounds them and they leave `left_over` bytes/ns, if that is more (0: it
  /// is not).
  void set_others(std::size_t others, double left_over) {
    others_ = static_cast<double>(others);
    left_over_ = left_over;
  }

  /// When the channel's flow ends if nobody joins: never later than the truth, and exact but for
  /// backlogs behind the other flows.
  double earliest_end(std::uint32_t channel) const;

  /// Bytes given to all flows up to the link's clock.
  double total_served() const { return total_served_; }

  /// f(channel, earliest_end(channel)) for every flow, the first to end first.
  template <class F>
  void for_each_end(F f) {
    in_order_ = flows_;
    std::sort(in_order_.begin(), in_order_.end());
    double ended = 0;  // what the flows that end before need
    std::size_t left = in_order_.size();
    for (const Flow& flow : in_order_) {
      const double own = flow.ends_at - served_;
      f(flow.channel, end_after(ended + static_cast<double>(left) * own, own));
      ended += own;
      --left;
    }
  }

 private:
  struct Flow {
    double ends_at;  ///< in virtual time
    std::uint32_t channel;
    friend bool operator<(const Flow& a, const Flow& b) {
      return a.ends_at < b.ends_at || (a.ends_at == b.ends_at && a.channel < b.channel);
    }
  };
  /// Of each flow, when `flows` are active.
  double ns_per_byte(std::size_t flows) const {
    const double n = static_cast<double>(flows);
    const double fair = (n + others_) / rate_;
    return left_over_ > 0 ? std::min(fair, n / left_over_) : fair;
  }
  void serve_up_to(double virtual_time) {
    total_served_ += (virtual_time - served_) * static_cast<double>(flows_.size());
    served_ = virtual_time;
  }
  /// When all flows together have been given `bytes`, `own` of them to one.
  double end_after(double bytes, double own) const {
    const double fair = (bytes + own * others_) / rate_;
    return clock_ + (left_over_ > 0 ? std::min(fair, bytes / left_over_) : fair);
  }
  void push(Flow flow);
  void pop();
  void replace_top(Flow flow);

  double rate_;
  double others_ = 0, left_over_ = 0;
  double served_ = 0;  ///< V, bytes
  double clock_ = 0;   ///< ns, where V was taken
  double total_served_ = 0;
  std::vector<Flow> flows_;     ///< binary min-heap
  std::vector<Flow> in_order_;  ///< for for_each_end only
};

// ---- the heap: small, so plain loops beat anything clever

inline void SharedLink::push(Flow flow) {
  std::size_t hole = flows_.size();
  flows_.push_back(flow);
  for (; hole != 0 && flow < flows_[(hole - 1) / 2]; hole = (hole - 1) / 2)
    flows_[hole] = flows_[(hole - 1) / 2];
  flows_[hole] = flow;
}

inline void SharedLink::pop() {
  const Flow last = flows_.back();
  flows_.pop_back();
  if (!flows_.empty()) replace_top(last);
}

inline void SharedLink::replace_top(Flow flow) {
  std::size_t hole = 0;
  for (;;) {
    std::size_t child = 2 * hole + 1;
    if (child >= flows_.size()) break;
    if (child + 1 < flows_.size() && flows_[child + 1] < flows_[child]) ++child;
    if (!(flows_[child] < flow)) break;
    flows_[hole] = flows_[child];
    hole = child;
  }
  flows_[hole] = flow;
}

inline void SharedLink::remove(std::uint32_t channel) {
  const auto found = std::find_if(flows_.begin(), flows_.end(),
                                  [&](const Flow& flow) { return flow.channel == channel; });
  if (found == flows_.end()) return;
  std::vector<Flow> rest;
  rest.swap(flows_);
  for (const Flow& flow : rest)
    if (flow.channel != channel) push(flow);
}

inline double SharedLink::earliest_end(std::uint32_t channel) const {
  if (flows_.size() == 1) return clock_ + (flows_.front().ends_at - served_) * ns_per_byte(1);
  double own = 0;
  for (const Flow& flow : flows_)
    if (flow.channel == channel) own = flow.ends_at - served_;
  // Until this flow ends, every other one is given as much, or what it needs if that is less. All
  // are counted: a guess from a few would fire thousands of times too early on a crowded link.
  double bytes = 0;
  for (const Flow& flow : flows_) bytes += std::min(own, flow.ends_at - served_);
  return end_after(bytes, own);
}

}  // namespace writepath
