#pragma once
// What the parts of the space-time diagram share: where things stand, and pieces of SVG.
#include <map>
#include <string>

#include "sim/trace/trace.hpp"

namespace writepath::trace {

/// Time runs down, one scale for all panels.
struct Scale {
  double top = 0, pixels_per_ns = 0;
  double y(const Trace& t, TimeNs at) const {
    return top + static_cast<double>(at - t.begin) * pixels_per_ns;
  }
};

/// A panel's life lines: x by node; nodes without one have none.
struct Panel {
  const Trace* trace = nullptr;
  double left = 0, right = 0;
  std::map<std::size_t, double> x;
};

/// A number with at most one decimal, as short as it goes.
std::string px(double value);
std::string escaped(const std::string& text);
/// The CSS class of a message or a device span.
std::string class_of(const std::string& kind);

std::string style_sheet();
std::string heading(const std::vector<Trace>& traces, double width);
std::string panel_title(const Panel& panel, double y);
std::string node_labels(const Panel& panel, double y);
std::string time_axis(double left, double right, const Scale& scale, double span_ns);
/// Colours that the panels use, in one line.
std::string legend(const std::vector<Panel>& panels, double y);
std::string notes(const Panel& panel, double y);

}  // namespace writepath::trace
