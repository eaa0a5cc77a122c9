// The space-time diagram: life lines side by side, time down, messages as slanted arrows.
#include <algorithm>
#include <cmath>
#include <set>

#include "sim/trace/svg_parts.hpp"

namespace writepath::trace {
namespace {

constexpr double full_width = 1000, axis_width = 46, gap = 90, margin = 24;
constexpr double heading_width = 240;  // "commit latency 123.45 ms, the median"
constexpr double top = 148, height = 520;

bool is_shown(const Trace& t, std::size_t node) {
  const auto at = [node](const auto& one) { return one.node == node; };
  return std::any_of(t.messages.begin(), t.messages.end(),
                     [node](const auto& m) { return m.from == node || m.to == node; }) ||
         std::any_of(t.spans.begin(), t.spans.end(), at) ||
         std::any_of(t.marks.begin(), t.marks.end(), at);
}

/// Clients, writer, storage nodes, replicas; those of one role as they were deployed.
std::vector<std::size_t> life_lines(const Trace& t) {
  std::vector<std::size_t> order;
  for (std::size_t n = 0; n < t.nodes.size(); ++n)
    if (is_shown(t, n)) order.push_back(n);
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return t.nodes[a].role < t.nodes[b].role; });
  return order;
}

std::string ms(DurationNs d) { return decimal(d / 1000, 1000) + " ms"; }

std::string title_of(const std::string& words) { return "<title>" + escaped(words) + "</title>"; }

class Drawing {
 public:
  Drawing(const Panel& panel, const Scale& scale) : p_(panel), t_(*panel.trace), scale_(scale) {}

  std::string draw() {
    latency_band();
    for (const auto& [node, x] : p_.x)
      out_ += "<line x1=\"" + px(x) + "\" y1=\"" + px(scale_.top - 8) + "\" x2=\"" + px(x) +
              "\" y2=\"" + px(top + height) + "\" class=\"life\"/>\n";
    for (const TracedSpan& s : t_.spans) span(s);
    for (const TracedMessage& m : t_.messages) arrow(m);
    for (const TracedSpan& s : t_.spans) flush_label(s);
    if (t_.number) labels();
    for (const TracedMark& m : t_.marks) mark(m);
    return out_;
  }

 private:
  double x(std::size_t node) const { return p_.x.at(node); }
  double y(TimeNs at) const { return scale_.y(t_, at); }

  void latency_band() {
    if (t_.number == 0) return;
    out_ += "<rect x=\"" + px(p_.left - 8) + "\" y=\"" + px(y(t_.begin)) + "\" width=\"" +
            px(p_.right - p_.left + 16) + "\" height=\"" +
            px(y(t_.begin + t_.latency) - y(t_.begin)) + "\" class=\"latency\"/>\n";
  }

  void span(const TracedSpan& s) {
    if (s.kind == SpanKind::step || s.kind == SpanKind::commit) return;
    const bool device = s.kind == SpanKind::device;
    const double wide = s.kind == SpanKind::statement ? 7 : 11;
    const double from = y(s.begin), to = std::min(y(s.end), top + height);
    out_ += "<rect x=\"" + px(x(s.node) - wide / 2) + "\" y=\"" + px(from) + "\" width=\"" +
            px(wide) + "\" height=\"" + px(std::max(1.5, to - from)) + "\" class=\"" +
            (device                      ? "flush"
             : s.kind == SpanKind::apply ? "apply"
                                         : "work") +
            "\">" + title_of(t_.nodes[s.node].name + ": " + s.what + ", " + ms(s.end - s.begin)) +
            "</rect>\n";
  }

  void arrow(const TracedMessage& m) {
    const bool lost = m.arrived == never;
    const double x1 = x(m.from), y1 = y(m.sent);
    double x2 = x(m.to), y2 = lost ? top + height : y(m.arrived);
    if (lost) x2 = (x1 + x2) / 2, y2 = std::min(y1 + 30, top + height);
    const std::string style = class_of(m.kind);
    out_ += "<g>" + title_of(m.kind + ", " + std::to_string(m.bytes) + " bytes, " +
                             t_.nodes[m.from].name + " to " + t_.nodes[m.to].name +
                             (lost ? ": did not arrive" : ", " + ms(m.arrived - m.sent)));
    out_ += "<line x1=\"" + px(x1) + "\" y1=\"" + px(y1) + "\" x2=\"" + px(x2) + "\" y2=\"" +
            px(y2) + "\" class=\"m " + style + (m.decides ? " decides" : "") +
            (lost ? " lost" : "") + "\"/>";
    head(x1, y1, x2, y2, style, m.decides ? 10 : 7);
    out_ += "</g>\n";
  }

  void head(double x1, double y1, double x2, double y2, const std::string& style, double size) {
    const double length = std::sqrt((x2 - x1) * (x2 - x1) + (y2 - y1) * (y2 - y1));
    if (length < 1) return;
    const double ux = (x2 - x1) / length, uy = (y2 - y1) / length;
    const double bx = x2 - ux * size, by = y2 - uy * size, w = size * 0.45;
    out_ += "<path d=\"M" + px(x2) + " " + px(y2) + "L" + px(bx - uy * w) + " " + px(by + ux * w) +
            "L" + px(bx + uy * w) + " " + px(by - ux * w) + "Z\" class=\"k " + style + "\"/>";
  }

  void words(double at_x, double at_y, const std::string& style, const std::string& say) {
    out_ += "<text x=\"" + px(at_x) + "\" y=\"" + px(at_y) + "\" class=\"l " + style + "\">" +
            escaped(say) + "</text>\n";
  }

  /// One label for each kind and sender's role; the deciding acknowledgement has its own.
  void labels() {
    std::set<std::pair<std::string, Role>> told;
    for (const TracedMessage& m : t_.messages) {
      const double x1 = x(m.from), y1 = y(m.sent), x2 = x(m.to);
      const double y2 = m.arrived == never ? y1 + 30 : y(m.arrived);
      if (m.decides) {
        words(x1 + 9, y1 + 16, "ok",
              ordinal(t_.decided) + " of " + std::to_string(t_.acks) +
                  (t_.acks > 1 ? " acks decides" : " ack decides"));
        continue;
      }
      if (!told.insert({m.kind, t_.nodes[m.from].role}).second || m.kind == "ack") continue;
      const double part = m.kind == "COMMIT" || m.kind == "OK" ? 0.5 : 0.45;
      words(x1 + (x2 - x1) * part, y1 + (y2 - y1) * part - 5, "mid", m.kind);
    }
  }

  static std::string ordinal(std::uint32_t n) {
    const char* const end = n == 1 ? "st" : n == 2 ? "nd" : n == 3 ? "rd" : "th";
    return std::to_string(n) + end;
  }

  /// The first of its kind, and only where it has room: at a server's line.
  void flush_label(const TracedSpan& s) {
    if (s.kind != SpanKind::device || t_.number == 0) return;
    const Role role = t_.nodes[s.node].role;
    if (role == Role::storage || !labelled_.insert({s.what, role}).second) return;
    words(x(s.node) + 10, (y(s.begin) + y(s.end)) / 2 + 4, "", s.what);
  }

  void mark(const TracedMark& m) {
    const double cx = x(m.node), cy = y(m.at);
    out_ += "<g>" + title_of(t_.nodes[m.node].name + ": " + m.what + ", " + ms(m.at - t_.begin) +
                             " after the start");
    if (m.kind == MarkKind::acknowledged) {
      out_ += "<path d=\"";
      for (int i = 0; i < 10; ++i) {
        static constexpr double sines[] = {0,  .5878,  .9511,  .9511,  .5878,
                                           0., -.5878, -.9511, -.9511, -.5878};
        static constexpr double cosines[] = {-1., -.8090, -.3090, .3090,  .8090,
                                             1.,  .8090,  .3090,  -.3090, -.8090};
        const double r = i % 2 == 0 ? 10 : 4.2;
        out_ +=
            std::string(i == 0 ? "M" : "L") + px(cx + r * sines[i]) + " " + px(cy + r * cosines[i]);
      }
      out_ += "Z\" class=\"star\"/>";
      if (t_.number) {
        words(cx - 10, cy + 24, "ok", "OK after");
        words(cx - 10, cy + 38, "ok", two_decimals(t_.latency) + " ms");
      }
    } else if (m.kind == MarkKind::visible) {
      out_ += "<circle cx=\"" + px(cx) + "\" cy=\"" + px(cy) + "\" r=\"4.5\" class=\"eye\"/>";
      if (t_.number) {
        words(cx, cy + 18, "seen mid", two_decimals(m.at - t_.begin) + " ms");
      }
    } else {
      words(cx + 6, cy + 4, "", m.what);
    }
    out_ += "</g>\n";
  }

  static std::string two_decimals(DurationNs d) { return decimal((d + 5'000) / 10'000, 100); }

  const Panel& p_;
  const Trace& t_;
  const Scale& scale_;
  std::string out_;
  std::set<std::pair<std::string, Role>> labelled_;
};

std::string description(const std::vector<Trace>& traces) {
  std::string says;
  for (const Trace& t : traces) {
    says += t.architecture + ": ";
    if (t.number) says += "commit latency " + ms(t.latency) + ", ";
    says += std::to_string(t.messages.size()) + " messages";
    if (t.decided)
      says += ", acknowledgement " + std::to_string(t.decided) + " of " + std::to_string(t.acks) +
              " decided";
    says += ". ";
  }
  return says;
}

}  // namespace

std::string svg(const std::vector<Trace>& traces) {
  std::vector<Panel> panels;
  std::size_t lines = 0;
  double span = 1;
  std::size_t most_notes = 0;
  for (const Trace& t : traces) {
    panels.push_back({&t, 0, 0, {}});
    lines += life_lines(t).size();
    span = std::max(span, static_cast<double>(t.end - t.begin));
    most_notes = std::max(most_notes, t.notes.size());
  }
  const double room =
      full_width - axis_width - margin * 2 - 18 - gap * static_cast<double>(traces.size() - 1);
  const double intervals = std::max(1.0, static_cast<double>(lines - traces.size()));
  // Many life lines make the picture wider than a page, rather than illegible.
  const double step = std::max(38.0, std::min(150.0, room / intervals));
  double left = axis_width + margin;
  for (Panel& p : panels) {
    p.left = left;
    double at = left;
    for (const std::size_t node : life_lines(*p.trace)) {
      p.x[node] = at;
      at += step;
    }
    p.right = std::max(left, at - step);
    left = std::max(p.right + gap, p.left + heading_width);
  }
  const double width = std::max(full_width, panels.back().right + margin + 16);
  const Scale scale{top, height / (span * 1.02)};
  const double bottom = top + height + 34 + 16 * static_cast<double>(most_notes);

  std::string out = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + px(width) + " " +
                    px(bottom + 22) + "\" width=\"" + px(width) + "\" height=\"" + px(bottom + 22) +
                    "\" role=\"img\" aria-labelledby=\"trace-title trace-description\">\n";
  out += "<title id=\"trace-title\">" + escaped("Space-time diagram: " + traces.front().scenario) +
         "</title>\n<desc id=\"trace-description\">" + escaped(description(traces)) + "</desc>\n";
  out += style_sheet();
  out += "<rect width=\"100%\" height=\"100%\" class=\"paper\"/>\n";
  out += heading(traces, width);
  out += time_axis(axis_width, width - margin / 2, scale, span);
  for (const Panel& p : panels) {
    out += panel_title(p, 56);
    out += node_labels(p, 116);
    out += Drawing(p, scale).draw();
    out += notes(p, top + height + 24);
  }
  out += legend(panels, bottom);
  return out + "</svg>\n";
}

}  // namespace writepath::trace
