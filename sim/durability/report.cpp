#include "sim/durability/report.hpp"

#include <cmath>
#include <cstdio>

#include "sim/report/humane.hpp"
#include "sim/report/table.hpp"
#include "sim/scenario/json_node.hpp"

namespace writepath::durability {
namespace {

std::string printed(const char* format, double value) {
  char text[64];
  std::snprintf(text, sizeof text, format, value);
  return text;
}

std::string spoken(std::string name) {
  for (char& c : name)
    if (c == '_') c = ' ';
  return name;
}

/// "1.2e-07 +-8%"; an exact one alone.
std::string cell(const Answer& answer) {
  const Estimate& e = answer.chance;
  if (e.replications == 0) return printed("%.2e", e.probability);
  if (e.probability <= 0) return "none seen";
  const double half = (e.high - e.low) / 2 / e.probability * 100;
  return printed("%.2e", e.probability) + printed(" +-%.0f%%", half);
}

/// The placements' answers by one method, if it gave any.
void add_rows(Table& table, const PointAnswers& at, Method method) {
  for (const PlacementAnswers& placement : at.placements) {
    std::vector<std::string> cells;
    bool any = false;
    for (const Measure measure : asked(at.point.spec)) {
      std::string text = "-";
      for (const Answer& answer : placement.answers)
        if (answer.measure == measure && answer.method == method) {
          text = cell(answer);
          any = true;
        }
      cells.push_back(text);
    }
    if (any) table.row("  " + placement.placement, cells);
  }
}

bool used(const PointAnswers& at, Method method) {
  for (const PlacementAnswers& placement : at.placements)
    for (const Answer& answer : placement.answers)
      if (answer.method == method) return true;
  return false;
}

/// "6400 protection groups of 10 GB, each repaired in 10 s".
std::string setting(const Spec& spec) {
  const double groups = spec.groups();
  return shortest(groups) + " protection group" + (groups > 1 ? "s" : "") + " of " +
         shortest(spec.segment_gb) + " GB; a repair takes " + printed("%.6g", spec.repair_s()) +
         " s";
}

std::string short_setting(const Spec& spec) {
  const double groups = spec.groups();
  return shortest(groups) + (groups > 1 ? " groups" : " group") + ", repairs of " +
         printed("%.6g", spec.repair_s()) + " s";
}

bool alike(const std::vector<PointAnswers>& points) {
  for (const PointAnswers& at : points)
    if (setting(at.point.spec) != setting(points.front().point.spec)) return false;
  return true;
}

std::string set_text(const Point& point) {
  std::string text;
  for (const auto& [key, value] : point.set)
    text += (text.empty() ? "" : ", ") + key + " = " + shortest(value);
  return text;
}

JsonNode json_of(const Answer& answer) {
  JsonNode node = JsonNode::object();
  node.add("measure", JsonNode::of(std::string(name_of(answer.measure))));
  node.add("method", JsonNode::of(std::string(name_of(answer.method))));
  node.add("probability", JsonNode::of(answer.chance.probability));
  if (answer.chance.replications > 0) {
    node.add("low", JsonNode::of(answer.chance.low));
    node.add("high", JsonNode::of(answer.chance.high));
    node.add("replications", JsonNode::of(answer.chance.replications));
  }
  if (answer.mean_time_to_loss_s && std::isfinite(*answer.mean_time_to_loss_s))
    node.add("mean_years_to_loss_of_a_group", JsonNode::of(*answer.mean_time_to_loss_s / year_s));
  node.add("first_order_losses_of_a_group_per_year", JsonNode::of(answer.envelope));
  return node;
}

JsonNode json_of(const PointAnswers& at) {
  JsonNode node = JsonNode::object();
  for (const auto& [key, value] : at.point.set) node.add(key, JsonNode::of(value));
  node.add("groups", JsonNode::of(at.point.spec.groups()));
  node.add("repair_s", JsonNode::of(at.point.spec.repair_s()));
  JsonNode& placements = node.add("placements", JsonNode::list());
  for (const PlacementAnswers& placement : at.placements) {
    JsonNode one = JsonNode::object();
    one.add("placement", JsonNode::of(placement.placement));
    JsonNode& list = one.add("answers", JsonNode::list());
    for (const Answer& answer : placement.answers) list.items.push_back(json_of(answer));
    placements.items.push_back(std::move(one));
  }
  return node;
}

}  // namespace

std::string text_report(const Answers& answers, std::size_t width) {
  const Spec& spec = answers.spec;
  std::string text = spec.name;
  if (!spec.question.empty()) text += ": " + printable(spec.question);
  const bool same = alike(answers.points);
  text = wrapped(text, width, 0) + "\n\nChances within a year";
  text += same ? "; " + setting(answers.points.front().point.spec) + ".\n\n" : ".\n\n";
  std::vector<std::string> heads;
  for (const Measure measure : asked(spec)) heads.push_back(spoken(name_of(measure)));
  Table table(heads);
  for (const PointAnswers& at : answers.points)
    for (const Method method : {Method::closed_form, Method::importance_sampling, Method::plain}) {
      if (!used(at, method)) continue;
      std::string title = set_text(at.point);
      if (!same) title += " (" + short_setting(at.point.spec) + ")";
      title += (title.empty() ? "" : ", ") + ("by " + spoken(name_of(method)));
      table.section(title);
      add_rows(table, at, method);
    }
  return text + table.text({false, width});
}

std::string json_report(const Answers& answers) {
  JsonNode root = JsonNode::object();
  root.add("name", JsonNode::of(answers.spec.name));
  root.add("seed", JsonNode::of(static_cast<std::int64_t>(answers.spec.seed)));
  JsonNode& points = root.add("points", JsonNode::list());
  for (const PointAnswers& at : answers.points) points.items.push_back(json_of(at));
  return to_json(root);
}

std::string csv_report(const Answers& answers) {
  std::string text = "name";
  if (!answers.points.empty())
    for (const auto& [key, value] : answers.points.front().point.set) text += "," + key;
  text +=
      ",groups,repair_s,placement,measure,method,probability,low,high,replications,"
      "mean_years_to_loss_of_a_group,first_order_losses_of_a_group_per_year\n";
  for (const PointAnswers& at : answers.points)
    for (const PlacementAnswers& placement : at.placements)
      for (const Answer& a : placement.answers) {
        text += answers.spec.name;
        for (const auto& [key, value] : at.point.set) text += "," + shortest(value);
        text += "," + shortest(at.point.spec.groups()) + "," + shortest(at.point.spec.repair_s());
        text += "," + placement.placement + "," + name_of(a.measure) + "," + name_of(a.method);
        text += "," + shortest(a.chance.probability) + "," + shortest(a.chance.low) + "," +
                shortest(a.chance.high) + "," + std::to_string(a.chance.replications) + ",";
        if (a.mean_time_to_loss_s && std::isfinite(*a.mean_time_to_loss_s))
          text += shortest(*a.mean_time_to_loss_s / year_s);
        text += "," + shortest(a.envelope) + "\n";
      }
  return text;
}

}  // namespace writepath::durability
