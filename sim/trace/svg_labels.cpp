// Words around the diagram: style, titles, axis, legend.
#include <algorithm>
#include <array>
#include <set>

#include "sim/trace/svg_parts.hpp"

namespace writepath::trace {
namespace {

struct Kind {
  const char* kind;
  const char* style;
  const char* says;
};
// Okabe and Ito's colours, told apart by the colour-blind.
constexpr Kind kinds[] = {
    {"COMMIT", "client", "client"},
    {"OK", "client", "client"},
    {"client", "client", "client"},
    {"binlog", "binlog", "binlog events"},
    {"redo", "redo", "redo"},
    {"redo stream", "stream", "redo to readers"},
    {"durable up to", "stream", "redo to readers"},
    {"ack", "ack", "ack"},
    {"mirror", "mirror", "mirrored block writes"},
};

std::string text_at(double x, double y, const std::string& style, const std::string& words) {
  return "<text x=\"" + px(x) + "\" y=\"" + px(y) + "\" class=\"" + style + "\">" + escaped(words) +
         "</text>\n";
}

std::string two_digits_ms(DurationNs d) { return decimal((d + 5'000) / 10'000, 100); }

/// 1, 2 or 5 times a power of ten, so that the axis has four to ten ticks.
TimeNs tick_of(double span_ns) {
  TimeNs tick = 1'000;
  const std::array<int, 3> grow{2, 5, 10};
  for (TimeNs decade = 1'000;; decade *= 10)
    for (const int g : grow) {
      if (span_ns / static_cast<double>(tick) <= 10) return tick;
      tick = decade * g;
    }
}

}  // namespace

std::string px(double value) {
  const auto tenths = static_cast<std::int64_t>(value * 10 + (value < 0 ? -0.5 : 0.5));
  return decimal(tenths, 10);
}

std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '&')
      out += "&amp;";
    else if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else if (c == '"')
      out += "&quot;";
    else
      out += c;
  }
  return out;
}

std::string class_of(const std::string& kind) {
  for (const Kind& k : kinds)
    if (kind == k.kind) return k.style;
  return "other";
}

std::string style_sheet() {
  return R"(<style>
text{font-family:system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",Helvetica,Arial,sans-serif;font-size:12px;fill:#24292f}
.paper{fill:#ffffff}.h{font-size:17px;font-weight:600}.t{font-size:15px;font-weight:600}.s,.n{fill:#57606a}.s{font-size:12px}
.mid{text-anchor:middle}.end{text-anchor:end}.node{font-weight:600;text-anchor:middle}.az{fill:#57606a;font-size:10.5px;text-anchor:middle}
.life{stroke:#8c959f;stroke-width:1}.grid{stroke:#d8dee4;stroke-width:1}.latency{fill:#009e73;fill-opacity:.09}
.m{fill:none;stroke-width:1.5}.client{stroke:#24292f;stroke-width:2}.binlog{stroke:#d55e00}.redo{stroke:#0072b2}.stream{stroke:#56b4e9;stroke-dasharray:5 3}
.ack{stroke:#009e73}.mirror{stroke:#cc79a7}.other{stroke:#8c959f}.decides{stroke-width:3.5}.lost{stroke-dasharray:2 4}
.k{stroke:none}.k.client{fill:#24292f}.k.binlog{fill:#d55e00}.k.redo{fill:#0072b2}.k.stream{fill:#3a9bd6}.k.ack{fill:#009e73}.k.mirror{fill:#cc79a7}.k.other{fill:#8c959f}
.work{fill:#d0d7de}.flush{fill:#e69f00;stroke:#8a5f00;stroke-width:.6}.apply{fill:#f0e442;stroke:#8c8200;stroke-width:.6}
.l{font-size:11px;paint-order:stroke;stroke:#ffffff;stroke-width:3.5px;stroke-linejoin:round}
.star{fill:#009e73}.ok{fill:#007a58;font-weight:600}.eye{fill:#ffffff;stroke:#6e40c9;stroke-width:2}.seen{fill:#6e40c9}
@media (prefers-color-scheme:dark){text{fill:#e6edf3}.paper{fill:#0d1117}.s,.n,.az{fill:#9198a1}.life{stroke:#6e7681}.grid{stroke:#262c36}
.client{stroke:#e6edf3}.k.client{fill:#e6edf3}.redo{stroke:#4aa3e0}.k.redo{fill:#4aa3e0}.ack{stroke:#2fc79a}.k.ack{fill:#2fc79a}
.work{fill:#3d444d}.l{stroke:#0d1117}.star{fill:#2fc79a}.ok{fill:#2fc79a}.eye{fill:#0d1117;stroke:#b392f0}.seen{fill:#b392f0}.latency{fill-opacity:.16}}
</style>
)";
}

std::string heading(const std::vector<Trace>& traces, double width) {
  const bool one = traces.front().number > 0;
  const std::string what = one ? "One commit, from COMMIT to OK" : "All messages of a window";
  return text_at(20, 28, "h", what) +
         text_at(width - 20, 28, "s end",
                 "scenario " + traces.front().scenario + ", seed " +
                     std::to_string(traces.front().seed) + " \xC2\xB7 time runs down, in ms");
}

std::string panel_title(const Panel& panel, double y) {
  const Trace& t = *panel.trace;
  std::string second;
  if (t.number)
    second =
        "commit latency " + two_digits_ms(t.latency) + " ms" + (t.chosen ? ", the median" : "");
  else
    second = "from " + decimal(t.begin, ns_per_s) + " s to " + decimal(t.end, ns_per_s) + " s";
  std::string out = text_at(panel.left - 8, y, "t", t.architecture) +
                    text_at(panel.left - 8, y + 17, "s", second);
  if (t.number)
    out += text_at(panel.left - 8, y + 32, "s",
                   "transaction " + std::to_string(t.number) + " of " + std::to_string(t.of));
  return out;
}

std::string node_labels(const Panel& panel, double y) {
  std::string out;
  for (const auto& [node, x] : panel.x) {
    const TracedNode& who = panel.trace->nodes[node];
    std::string name = who.role == Role::client ? "client" : who.name;
    if (who.role == Role::storage && name.rfind("storage-", 0) == 0) name = name.substr(8);
    if (name.size() > 9) name = name.substr(0, 8) + "\xE2\x80\xA6";
    std::string is = "AZ " + who.az;
    if (who.role == Role::primary) is = "writer, " + who.az;
    if (who.role == Role::replica) is = "replica, " + who.az;
    if (who.role == Role::storage) is = "storage, " + who.az;
    out += "<g><title>" + escaped(who.name + ", AZ " + who.az) + "</title>" +
           text_at(x, y, "node", name) + text_at(x, y + 13, "az", is) + "</g>\n";
  }
  return out;
}

std::string time_axis(double left, double right, const Scale& scale, double span_ns) {
  std::string out;
  const TimeNs tick = tick_of(span_ns);
  for (TimeNs at = 0; static_cast<double>(at) <= span_ns; at += tick) {
    const double y = scale.top + static_cast<double>(at) * scale.pixels_per_ns;
    out += "<line x1=\"" + px(left) + "\" y1=\"" + px(y) + "\" x2=\"" + px(right) + "\" y2=\"" +
           px(y) + "\" class=\"grid\"/>\n" +
           text_at(left - 6, y + 4, "n end", decimal(at, ns_per_ms));
  }
  return out;
}

std::string legend(const std::vector<Panel>& panels, double y) {
  std::string out;
  double x = 20;
  std::set<std::string> used;
  for (const Panel& p : panels)
    for (const TracedMessage& m : p.trace->messages) used.insert(class_of(m.kind));
  std::set<std::string> told;
  const auto say = [&](const std::string& words) {
    out += text_at(x, y + 4, "", words);
    x += 12 + 6.1 * static_cast<double>(words.size());
  };
  for (const Kind& k : kinds) {
    if (used.count(k.style) == 0 || !told.insert(k.style).second) continue;
    out += "<line x1=\"" + px(x) + "\" y1=\"" + px(y) + "\" x2=\"" + px(x + 24) + "\" y2=\"" +
           px(y) + "\" class=\"m " + k.style + "\"/>\n";
    x += 30;
    say(k.says);
  }
  const auto box = [&](const char* style, const std::string& words) {
    out += "<rect x=\"" + px(x) + "\" y=\"" + px(y - 6) + "\" width=\"10\" height=\"12\" class=\"" +
           style + "\"/>\n";
    x += 16;
    say(words);
  };
  box("work", "at work");
  box("flush", "flush to disk");
  bool applies = false;
  for (const Panel& p : panels)
    for (const TracedSpan& s : p.trace->spans) applies |= s.kind == SpanKind::apply;
  if (applies) box("apply", "replay");
  out += "<circle cx=\"" + px(x + 5) + "\" cy=\"" + px(y) + "\" r=\"4.5\" class=\"eye\"/>\n";
  x += 16;
  say("readers see it");
  return out;
}

std::string notes(const Panel& panel, double y) {
  std::string out;
  for (const std::string& note : panel.trace->notes) {
    out += text_at(panel.left, y, "s", note);
    y += 16;
  }
  return out;
}

}  // namespace writepath::trace
