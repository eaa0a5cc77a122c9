#include "sim/check/session_guarantees.hpp"

#include <algorithm>

namespace writepath {
namespace {

/// What later operations of a session must find: of each epoch the furthest place is enough.
class Needed {
 public:
  void add(LogPlace place, std::size_t operation) {
    if (!is_place(place)) return;
    for (Item& item : items_) {
      if (item.place.epoch != place.epoch) continue;
      if (place.seq > item.place.seq) item = {place, operation};
      return;
    }
    items_.push_back({place, operation});
  }
  /// An operation whose place the history that ends at `tip` lacks, if there is one.
  const std::size_t* missing_in(LogPlace tip, const Lineage& lineage) const {
    for (const Item& item : items_)
      if (!lineage.covers(tip, item.place)) return &item.operation;
    return nullptr;
  }

 private:
  struct Item {
    LogPlace place;  ///< under its first name
    std::size_t operation;
  };
  std::vector<Item> items_;
};

struct Session {
  Needed written, read;
};

}  // namespace

const char* name_of(SessionGuarantee guarantee) {
  switch (guarantee) {
    case SessionGuarantee::read_your_writes:
      return "read_your_writes";
    case SessionGuarantee::monotonic_reads:
      return "monotonic_reads";
    case SessionGuarantee::monotonic_writes:
      return "monotonic_writes";
    case SessionGuarantee::writes_follow_reads:
      return "writes_follow_reads";
    case SessionGuarantee::count_:
      break;
  }
  return "?";
}

SessionFindings judge_sessions(const std::vector<RegisterOperation>& history,
                               const Lineage& lineage) {
  SessionFindings findings;
  std::vector<Session> sessions;
  const auto judge = [&](SessionGuarantee guarantee, std::size_t operation, const Needed& needed) {
    const std::size_t* missed = needed.missing_in(history[operation].place, lineage);
    if (!missed) return;
    SessionFindings::Finding& finding = findings.of[static_cast<std::size_t>(guarantee)];
    const bool first = finding.violations++ == 0;
    if (first || history[operation].done < history[finding.operation].done)
      finding = {finding.violations, operation, *missed};
  };
  // A session has one operation at a time, so the order of beginnings is its own order.
  for (std::size_t i = 0; i < history.size(); ++i) {
    const RegisterOperation& operation = history[i];
    if (operation.outcome != RegisterOutcome::ok) continue;
    if (operation.process >= sessions.size()) sessions.resize(operation.process + 1);
    Session& session = sessions[operation.process];
    if (operation.write) {
      judge(SessionGuarantee::monotonic_writes, i, session.written);
      judge(SessionGuarantee::writes_follow_reads, i, session.read);
      session.written.add(operation.place, i);
    } else {
      judge(SessionGuarantee::read_your_writes, i, session.written);
      judge(SessionGuarantee::monotonic_reads, i, session.read);
      session.read.add(operation.version, i);
    }
  }
  return findings;
}

}  // namespace writepath
