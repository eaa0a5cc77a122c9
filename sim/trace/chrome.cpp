// Trace Event Format: a node is a process; what overlaps at a node gets a thread ("lane") of its
// own, for complete events of one thread must nest. A message is a slice at its sender, an arrow,
// and a short slice at its receiver.
//
// Written for Perfetto's importer (google/perfetto, src/trace_processor/importers/json): it finds
// the thread that a name belongs to by its tid alone, so no two processes share one; tid 0 is the
// idle process's; and a displayTimeUnit of "ns" made it take all times for nanoseconds once.
#include <map>

#include "sim/trace/trace.hpp"

namespace writepath::trace {
namespace {

constexpr DurationNs arrival_length = 1'000;  // so that the arrow's end has a slice to point at

std::string quoted(const std::string& text) {
  static const char* const hex = "0123456789abcdef";
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20) {
      out += "\\u00";
      out += hex[byte >> 4];
      out += hex[byte & 15];
      continue;
    }
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

/// A time or a duration in microseconds. The importer multiplies the double by 1,000 and cuts it
/// off: where that would lose a nanosecond, and make neighbours overlap, half of one is added.
std::string us(TimeNs t) {
  const bool loses_one = static_cast<TimeNs>(static_cast<double>(t) / 1000 * 1000) != t;
  return loses_one ? decimal(10 * t + 5, 10 * ns_per_us) : decimal(t, ns_per_us);
}

class Writer {
 public:
  explicit Writer(const std::vector<Trace>& traces) {
    for (const Trace& t : traces) threads_in_all_ += t.nodes.size();  // as many are processes
  }

  std::string finish() {
    return "{\"otherData\":{" + runs_ + "},\"traceEvents\":[\n" + events_ + "\n]}\n";
  }

  void add(const Trace& t, bool several) {
    base_ = next_process_;
    runs_ += (runs_.empty() ? "" : ",") + quoted("fingerprint of " + t.architecture) + ":" +
             quoted(t.fingerprint);
    next_process_ += t.nodes.size();
    for (std::size_t n = 0; n < t.nodes.size(); ++n) name_process(t, n, several);
    for (const TracedSpan& s : t.spans)
      slice(s.node, lane_of(s.kind), s.what, s.begin, s.end,
            s.bytes ? "{\"bytes\":" + std::to_string(s.bytes) + "}" : "{}");
    for (const TracedMessage& m : t.messages) message(t, m);
    for (const TracedMark& m : t.marks)
      event("{\"ph\":\"i\",\"s\":\"p\",\"pid\":" + std::to_string(base_ + m.node) +
            ",\"ts\":" + us(m.at) + ",\"name\":" + quoted(m.what) + "}");
    name_lanes();
  }

 private:
  struct Lanes {
    std::vector<TimeNs> busy_until;
  };
  using Key = std::pair<std::size_t, std::string>;  // node, what its lanes are for

  static std::string lane_of(SpanKind kind) {
    switch (kind) {
      case SpanKind::statement:
        return "statements";
      case SpanKind::step:
        return "steps of the write path";
      case SpanKind::device:
        return "device";
      case SpanKind::apply:
        return "apply";
      case SpanKind::commit:
        return "commits";
    }
    return "";
  }

  void event(const std::string& json) {
    if (!events_.empty()) events_ += ",\n";
    events_ += json;
  }

  void name_process(const Trace& t, std::size_t n, bool several) {
    const TracedNode& node = t.nodes[n];
    const std::string name =
        (several ? t.architecture + ": " : "") + node.name + " (AZ " + node.az + ")";
    const std::string pid = std::to_string(base_ + n);
    event("{\"ph\":\"M\",\"pid\":" + pid +
          ",\"name\":\"process_name\",\"args\":{\"name\":" + quoted(name) + "}}");
    event("{\"ph\":\"M\",\"pid\":" + pid +
          ",\"name\":\"process_sort_index\",\"args\":{\"sort_index\":" + pid + "}}");
  }

  std::string slice(std::size_t node, const std::string& lane, const std::string& name,
                    TimeNs begin, TimeNs end, const std::string& args) {
    Lanes& lanes = lanes_[{node, lane}];
    std::size_t i = 0;
    while (i < lanes.busy_until.size() && lanes.busy_until[i] > begin) ++i;
    if (i == lanes.busy_until.size()) lanes.busy_until.push_back(0);
    lanes.busy_until[i] = end;
    const Key key{node, i == 0 ? lane : lane + " " + std::to_string(i + 1)};
    const auto [found, fresh] = threads_.try_emplace(key, 0);
    if (fresh) found->second = ++threads_in_all_;
    const std::string where =
        "\"pid\":" + std::to_string(base_ + node) + ",\"tid\":" + std::to_string(found->second);
    event("{\"ph\":\"X\"," + where + ",\"ts\":" + us(begin) + ",\"dur\":" + us(end - begin) +
          ",\"name\":" + quoted(name) + ",\"args\":" + args + "}");
    return where;
  }

  void message(const Trace& t, const TracedMessage& m) {
    const bool lost = m.arrived == never;
    const TimeNs end = lost ? m.sent + arrival_length : m.arrived;
    const std::string args =
        "{\"to\":" + quoted(t.nodes[m.to].name) + ",\"bytes\":" + std::to_string(m.bytes) +
        (m.decides ? ",\"decides\":true" : "") + (lost ? ",\"arrived\":false" : "") + "}";
    const std::string from = slice(m.from, "sent", m.kind, m.sent, end, args);
    if (lost) return;
    const std::string to = slice(m.to, "received", m.kind, m.arrived, m.arrived + arrival_length,
                                 "{\"from\":" + quoted(t.nodes[m.from].name) + "}");
    const std::string flow = ",\"cat\":\"message\",\"id\":" + std::to_string(++flows_) +
                             ",\"name\":" + quoted(m.kind) + "}";
    event("{\"ph\":\"s\"," + from + ",\"ts\":" + us(m.sent) + flow);
    event("{\"ph\":\"f\",\"bp\":\"e\"," + to + ",\"ts\":" + us(m.arrived) + flow);
  }

  void name_lanes() {
    for (const auto& [key, tid] : threads_)
      event("{\"ph\":\"M\",\"pid\":" + std::to_string(base_ + key.first) +
            ",\"tid\":" + std::to_string(tid) +
            ",\"name\":\"thread_name\",\"args\":{\"name\":" + quoted(key.second) + "}}");
    threads_.clear();
    lanes_.clear();
  }

  std::string events_, runs_;
  std::size_t base_ = 1, next_process_ = 1;
  std::uint64_t flows_ = 0;
  std::map<Key, Lanes> lanes_;
  std::map<Key, std::size_t> threads_;
  std::size_t threads_in_all_ = 0;
};

}  // namespace

std::string chrome_json(const std::vector<Trace>& traces) {
  Writer writer(traces);
  for (const Trace& t : traces) writer.add(t, traces.size() > 1);
  return writer.finish();
}

std::string text(const std::vector<Trace>& traces) {
  std::string out;
  for (const Trace& t : traces) {
    std::multimap<TimeNs, std::string> lines;
    const auto name = [&](std::size_t n) { return t.nodes[n].name; };
    for (const TracedMessage& m : t.messages)
      lines.emplace(m.sent, name(m.from) + " -> " + name(m.to) + "  " + m.kind + ", " +
                                std::to_string(m.bytes) + " bytes, " +
                                (m.arrived == never
                                     ? "did not arrive"
                                     : "arrives at " + decimal(m.arrived - t.begin, ns_per_ms)) +
                                (m.decides ? "; it decides" : ""));
    for (const TracedSpan& s : t.spans)
      lines.emplace(
          s.begin, name(s.node) + "  " + s.what + ", until " + decimal(s.end - t.begin, ns_per_ms));
    for (const TracedMark& m : t.marks) lines.emplace(m.at, name(m.node) + "  " + m.what);
    out += (out.empty() ? "" : "\n") + t.architecture + ", seed " + std::to_string(t.seed);
    if (t.number)
      out += ", transaction " + std::to_string(t.number) + " of " + std::to_string(t.of) +
             ": commit latency " + decimal(t.latency, ns_per_ms) + " ms";
    out += "\nms after " + decimal(t.begin, ns_per_s) + " s\n";
    for (const auto& [at, line] : lines) {
      const std::string ms = decimal(at - t.begin, ns_per_ms);
      out += std::string(ms.size() < 12 ? 12 - ms.size() : 0, ' ') + ms + "  " + line + "\n";
    }
    for (const std::string& note : t.notes) out += "note: " + note + "\n";
  }
  return out;
}

}  // namespace writepath::trace
