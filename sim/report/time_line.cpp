// What was up when: as a table for people, and as timeline.csv for plots.
#include <algorithm>

#include "sim/report/humane.hpp"
#include "sim/report/report.hpp"
#include "sim/report/report_rows.hpp"
#include "sim/scenario/json_node.hpp"

namespace writepath {
namespace {

constexpr std::size_t most_lines = 40;  ///< of all time lines together, but 12 for each

struct Line {
  std::int64_t begin, end;
  std::string subjects, state;
  std::size_t count = 1;  ///< of subjects
  std::size_t times = 1;  ///< of a moment that comes again
  bool moment = false;
};

/// Subjects that change together share a line; so do the times of what comes again and again.
std::vector<Line> lines_of(const std::vector<TimelineRow>& rows) {
  std::vector<Line> lines;
  for (const TimelineRow& row : rows) {
    const auto same = [&](const Line& line) {
      if (line.moment && row.begin == row.end && line.subjects == row.subject)
        return line.state == row.state;
      return line.begin == row.begin && line.end == row.end && line.state == row.state;
    };
    const auto known = std::find_if(lines.begin(), lines.end(), same);
    if (known == lines.end()) {
      lines.push_back({row.begin, row.end, row.subject, row.state, 1, 1, row.begin == row.end});
      continue;
    }
    if (known->moment && known->subjects == row.subject) {
      known->end = row.end;
      ++known->times;
      continue;
    }
    known->subjects += ", " + row.subject;
    ++known->count;
  }
  return lines;
}

std::string seconds(std::int64_t t) {
  const std::int64_t ms = (t + 500'000) / 1'000'000;
  std::string digits = std::to_string(ms % 1000);
  digits.insert(0, 3 - digits.size(), '0');
  return std::to_string(ms / 1000) + "." + digits;
}

std::string padded(std::string text, std::size_t width, bool right) {
  const std::size_t blanks = width > text.size() ? width - text.size() : 0;
  return right ? std::string(blanks, ' ') + text : text + std::string(blanks, ' ');
}

std::string table(const std::vector<TimelineRow>& rows, std::size_t most, const TextStyle& style) {
  const std::vector<Line> lines = lines_of(rows);
  std::size_t time_width = 0, state_width = 0;
  for (const Line& line : lines) {
    time_width = std::max(time_width, seconds(line.end).size());
    state_width = std::max(state_width, line.state.size());
  }
  const std::size_t shown = lines.size() <= most ? lines.size() : most - 1;
  std::string text;
  for (std::size_t i = 0; i < shown; ++i) {
    const Line& line = lines[i];
    std::string start = "  " + padded(seconds(line.begin), time_width, true);
    start += line.end > line.begin ? " to " + padded(seconds(line.end), time_width, true)
                                   : std::string(time_width + 4, ' ');
    start += "  " + padded(line.state, state_width, false) + "  ";
    std::string who = line.subjects;
    if (line.times > 1) who += ", " + std::to_string(line.times) + " times";
    if (start.size() + who.size() > style.width && line.count > 2)
      who = who.substr(0, who.find(',')) + " and " + std::to_string(line.count - 1) + " more";
    text += start + printable(who) + "\n";
  }
  if (shown < lines.size())
    text += "  and " + std::to_string(lines.size() - shown) + " more, in timeline.csv\n";
  return text;
}

/// RFC 4180: an id's words may be anything that a scenario allows.
std::string field(const std::string& text) {
  if (text.find_first_of(",\"\n\r") == std::string::npos) return text;
  std::string out = "\"";
  for (const char c : text) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + '"';
}

std::string csv_seconds(std::int64_t t) { return shortest(static_cast<double>(t) / 1e9); }

}  // namespace

std::string time_lines(const ScenarioReport& report, const TextStyle& style) {
  const std::vector<ArchitectureReport>& architectures = report.seeds.front().architectures;
  const auto tables = static_cast<std::size_t>(
      std::count_if(architectures.begin(), architectures.end(),
                    [](const ArchitectureReport& a) { return !a.summary.timeline.empty(); }));
  if (tables == 0) return {};
  const std::size_t most = std::max<std::size_t>(most_lines / tables, 12);
  std::string text = "\nTime line, s";
  if (report.seeds.size() > 1) text += " (seed " + std::to_string(report.seeds.front().seed) + ")";
  text += ": who was what, until when; who is not named never changed\n";
  for (const ArchitectureReport& a : architectures)
    if (!a.summary.timeline.empty())
      text += " " + a.summary.architecture + ":\n" + table(a.summary.timeline, most, style);
  return text;
}

std::string timeline_csv(const RunSummary& summary) {
  std::string text = "begin_s,end_s,subject,state,fault\n";
  for (const TimelineRow& row : summary.timeline)
    text += csv_seconds(row.begin) + "," + csv_seconds(row.end) + "," + field(row.subject) + "," +
            field(row.state) + "," + field(row.fault) + "\n";
  return text;
}

}  // namespace writepath
