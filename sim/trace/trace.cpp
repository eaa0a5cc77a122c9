#include "sim/trace/trace.hpp"

#include <algorithm>
#include <sstream>
#include <tuple>

namespace writepath::trace {
namespace {

/// A text as the rest of its line; no name of ours holds a line's end.
std::string rest(std::istringstream& line) {
  std::string text;
  line.get();
  std::getline(line, text);
  return text;
}

template <class E>
E take(std::istringstream& line) {
  unsigned value = 0;
  line >> value;
  return static_cast<E>(value);
}

template <class E>
unsigned number(E value) {
  return static_cast<unsigned>(value);
}

void header_line(Trace& t, char tag, std::istringstream& line) {
  if (tag == 's') t.scenario = rest(line);
  if (tag == 'a') t.architecture = rest(line);
  if (tag == 'f') t.fingerprint = rest(line);
  if (tag == 'o') t.notes.push_back(rest(line));
  if (tag == 'h')
    line >> t.seed >> t.begin >> t.end >> t.number >> t.of >> t.chosen >> t.latency >> t.decided >>
        t.acks;
}

}  // namespace

void sort(Trace& t) {
  const auto by = [](const auto& key) {
    return [key](const auto& a, const auto& b) { return key(a) < key(b); };
  };
  std::stable_sort(t.messages.begin(), t.messages.end(), by([](const TracedMessage& m) {
                     return std::tie(m.sent, m.from, m.to, m.arrived);
                   }));
  std::stable_sort(t.spans.begin(), t.spans.end(), by([](const TracedSpan& s) {
                     return std::make_tuple(s.begin, s.node, s.kind, -s.end);
                   }));
  std::stable_sort(t.marks.begin(), t.marks.end(),
                   by([](const TracedMark& m) { return std::tie(m.at, m.node); }));
}

std::string to_wire(const Trace& t) {
  std::ostringstream out;
  out << "s " << t.scenario << "\na " << t.architecture << "\nf " << t.fingerprint << "\n";
  out << "h " << t.seed << ' ' << t.begin << ' ' << t.end << ' ' << t.number << ' ' << t.of << ' '
      << t.chosen << ' ' << t.latency << ' ' << t.decided << ' ' << t.acks << "\n";
  for (const TracedNode& n : t.nodes) {
    out << "n " << number(n.role) << ' ' << n.name << "\n";
    out << "z " << n.az << "\n";
  }
  for (const TracedMessage& m : t.messages)
    out << "m " << m.from << ' ' << m.to << ' ' << m.sent << ' ' << m.arrived << ' ' << m.bytes
        << ' ' << m.decides << ' ' << m.kind << "\n";
  for (const TracedSpan& s : t.spans)
    out << "b " << s.node << ' ' << s.begin << ' ' << s.end << ' ' << number(s.kind) << ' '
        << s.bytes << ' ' << s.what << "\n";
  for (const TracedMark& m : t.marks)
    out << "k " << m.node << ' ' << m.at << ' ' << number(m.kind) << ' ' << m.what << "\n";
  for (const std::string& note : t.notes) out << "o " << note << "\n";
  return out.str();
}

Trace from_wire(const std::string& text) {
  Trace t;
  std::istringstream lines(text);
  for (std::string one; std::getline(lines, one);) {
    std::istringstream line(one);
    char tag = 0;
    line >> tag;
    if (tag == 'n') {
      TracedNode n;
      n.role = take<Role>(line);
      n.name = rest(line);
      t.nodes.push_back(n);
    } else if (tag == 'z') {
      t.nodes.back().az = rest(line);
    } else if (tag == 'm') {
      TracedMessage m;
      line >> m.from >> m.to >> m.sent >> m.arrived >> m.bytes >> m.decides;
      m.kind = rest(line);
      t.messages.push_back(m);
    } else if (tag == 'b') {
      TracedSpan s;
      line >> s.node >> s.begin >> s.end;
      s.kind = take<SpanKind>(line);
      line >> s.bytes;
      s.what = rest(line);
      t.spans.push_back(s);
    } else if (tag == 'k') {
      TracedMark m;
      line >> m.node >> m.at;
      m.kind = take<MarkKind>(line);
      m.what = rest(line);
      t.marks.push_back(m);
    } else {
      header_line(t, tag, line);
    }
  }
  return t;
}

std::string decimal(std::int64_t value, std::int64_t unit) {
  std::string text = value < 0 ? "-" : "";
  const std::int64_t size = value < 0 ? -value : value;
  text += std::to_string(size / unit);
  std::string digits = std::to_string(unit + size % unit).substr(1);
  while (!digits.empty() && digits.back() == '0') digits.pop_back();
  return digits.empty() ? text : text + "." + digits;
}

}  // namespace writepath::trace
