#include "sim/metrics/summary_json.hpp"

#include <nlohmann/json.hpp>

#include "sim/core/time.hpp"
#include "sim/metrics/find_metric.hpp"
#include "sim/metrics/json_writer.hpp"
#include "sim/metrics/rto_parts.hpp"

namespace writepath {
namespace {

// ---- writing ------------------------------------------------------------------------------------

void members(JsonWriter& json, const std::vector<Metric>& metrics) {
  for (const Metric& metric : metrics) json.member(metric.name, metric.value);
}
void object(JsonWriter& json, const char* key, const std::vector<Metric>& metrics) {
  json.key(key);
  json.begin_object();
  members(json, metrics);
  json.end_object();
}
void by_id(JsonWriter& json, const char* key, const std::vector<SubjectMetrics>& subjects) {
  json.key(key);
  json.begin_object();
  for (const SubjectMetrics& subject : subjects) object(json, subject.id.c_str(), subject.metrics);
  json.end_object();
}
/// In order, each with where it comes from; left out where commits were never interrupted.
void put_rto_parts(JsonWriter& json, const Metrics& metrics) {
  const Metric* const rto = find_metric(metrics, "rto_s");
  if (!rto || rto->value.value_or(0) == 0) return;
  json.key("rto_parts");
  json.begin_array();
  for (const RtoPart& part : rto_parts) {
    const Metric* const metric = find_metric(metrics, part.metric);
    if (!metric) continue;
    json.begin_object();
    json.member("name", part.metric);
    json.member("s", metric->value);
    json.member("kind", part.kind);
    json.end_object();
  }
  json.end_array();
}

void put_timeline(JsonWriter& json, const std::vector<TimelineRow>& rows) {
  json.key("timeline");
  json.begin_array();
  for (const TimelineRow& row : rows) {
    json.begin_object();
    json.member("begin_s", std::optional(to_s(row.begin)));
    json.member("end_s", std::optional(to_s(row.end)));
    json.member("subject", row.subject);
    json.member("state", row.state);
    json.member("fault", row.fault);
    json.end_object();
  }
  json.end_array();
}

void listed(JsonWriter& json, const char* key, const std::vector<SubjectMetrics>& subjects,
            bool censors) {
  json.key(key);
  json.begin_array();
  for (const SubjectMetrics& subject : subjects) {
    json.begin_object();
    json.member("id", subject.id);
    json.member("kind", subject.kind);
    json.member("applicable", subject.applicable);
    if (censors) json.member("censored", subject.censored);
    members(json, subject.metrics);
    if (censors) put_rto_parts(json, subject.metrics);
    json.end_object();
  }
  json.end_array();
}

const char* verdict_word(CheckResult::Verdict verdict) {
  switch (verdict) {
    case CheckResult::Verdict::holds:
      return "holds";
    case CheckResult::Verdict::broken:
      return "broken";
    case CheckResult::Verdict::unknown:
      break;
  }
  return "unknown";
}

void put_checks(JsonWriter& json, const std::vector<CheckResult>& checks) {
  json.key("checks");
  json.begin_array();
  for (const CheckResult& check : checks) {
    json.begin_object();
    json.member("name", check.name);
    json.member("verdict", verdict_word(check.verdict));
    json.key("witness");
    if (check.witness.empty())
      json.null();
    else
      json.value(check.witness);
    json.end_object();
  }
  json.end_array();
}

void put_survival(JsonWriter& json, const std::vector<Survival>& survives) {
  json.key("survives");
  json.begin_object();
  for (const Survival& s : survives) {
    json.key(s.what.c_str());
    json.begin_object();
    json.member("copies", std::uint64_t{s.copies});
    json.member("azs", std::uint64_t{s.azs});
    json.key("copies_beside_az");
    if (s.copies_beside_az)
      json.value(std::uint64_t{*s.copies_beside_az});
    else
      json.null();
    json.key("stopped_by");
    json.begin_array();
    for (const std::string& name : s.stopped_by) json.value(name);
    json.end_array();
    json.end_object();
  }
  json.end_object();
}

void put_rows(JsonWriter& json, const RunSummary& summary) {
  json.key("io");
  json.begin_array();
  for (const IoRow& row : summary.io) {
    json.begin_object();
    json.member("place", row.place);
    json.member("purpose", row.purpose);
    json.member("writes", row.writes);
    json.member("write_bytes", row.write_bytes);
    json.member("flushes", row.flushes);
    json.member("reads", row.reads);
    json.member("read_bytes", row.read_bytes);
    json.member("copy_writes", row.copy_writes);
    json.end_object();
  }
  json.end_array();
  json.key("traffic");
  json.begin_array();
  for (const TrafficRow& row : summary.traffic) {
    json.begin_object();
    json.member("place", row.place);
    json.member("traffic", row.traffic);
    json.member("messages", row.messages);
    json.member("bytes", row.bytes);
    json.member("cross_az_messages", row.cross_az_messages);
    json.member("cross_az_bytes", row.cross_az_bytes);
    json.end_object();
  }
  json.end_array();
}

void put_details(JsonWriter& json, const RunSummary& summary) {
  json.member("latency_hgrm", summary.latency_hgrm);
  json.key("time_series");
  json.begin_array();
  for (const TimePoint& point : summary.time_series) {
    json.begin_array();
    json.value(point.t_ns);
    json.value(point.node);
    json.value(point.metric);
    json.value(point.value);
    json.end_array();
  }
  json.end_array();
}

// ---- reading
// --------------------------------------------------------------------------------------

using Json = nlohmann::ordered_json;

std::vector<Metric> metrics_in(const Json& object) {
  std::vector<Metric> result;
  for (const auto& [name, value] : object.items()) {
    if (value.is_number())
      result.push_back({name, value.get<double>()});
    else if (value.is_null())
      result.push_back({name, std::nullopt});
  }
  return result;
}
std::vector<SubjectMetrics> by_id_in(const Json& object, const char* kind) {
  std::vector<SubjectMetrics> result;
  for (const auto& [id, metrics] : object.items())
    result.push_back({.id = id, .kind = kind, .metrics = metrics_in(metrics)});
  return result;
}
std::vector<SubjectMetrics> listed_in(const Json& array) {
  std::vector<SubjectMetrics> result;
  for (const Json& object : array)
    result.push_back({.id = object.at("id"),
                      .kind = object.at("kind"),
                      .applicable = object.at("applicable"),
                      .censored = object.value("censored", false),
                      .metrics = metrics_in(object)});
  return result;
}
CheckResult check_in(const Json& object) {
  CheckResult check;
  check.name = object.at("name");
  const std::string verdict = object.at("verdict");
  if (verdict == "holds") check.verdict = CheckResult::Verdict::holds;
  if (verdict == "broken") check.verdict = CheckResult::Verdict::broken;
  if (object.at("witness").is_string()) check.witness = object.at("witness");
  return check;
}

Survival survival_in(const std::string& what, const Json& object) {
  Survival survival;
  survival.what = what;
  survival.copies = object.at("copies");
  survival.azs = object.at("azs");
  if (const Json& beside = object.at("copies_beside_az"); beside.is_number())
    survival.copies_beside_az = beside.get<std::uint32_t>();
  for (const Json& name : object.at("stopped_by")) survival.stopped_by.push_back(name);
  return survival;
}

RunSummary summary_in(const Json& json) {
  RunSummary summary;
  summary.architecture = json.at("name");
  summary.model = json.at("model");
  summary.seed = json.at("seed");
  summary.fingerprint = json.at("fingerprint");
  summary.events = json.at("events");
  for (const auto& [what, object] : json.at("survives").items())
    summary.survives.push_back(survival_in(what, object));
  summary.metrics = metrics_in(json.at("metrics"));
  summary.replicas = by_id_in(json.at("replicas"), "replica");
  summary.clients = by_id_in(json.at("clients"), "");
  summary.faults = listed_in(json.at("faults"));
  summary.operations = listed_in(json.at("operations"));
  for (const Json& check : json.at("checks")) summary.checks.push_back(check_in(check));
  summary.commit_latency_breakdown_ms = metrics_in(json.at("commit_latency_breakdown_ms"));
  summary.replica_lag_breakdown_ms = metrics_in(json.at("replica_lag_breakdown_ms"));
  summary.write_path_ms = metrics_in(json.at("write_path_ms"));
  summary.cross_az_bytes_per_commit = metrics_in(json.at("cross_az_bytes_per_commit"));
  summary.cross_az_messages_per_commit = metrics_in(json.at("cross_az_messages_per_commit"));
  for (const Json& row : json.at("io"))
    summary.io.push_back({row.at("place"), row.at("purpose"), row.at("writes"),
                          row.at("write_bytes"), row.at("flushes"), row.at("reads"),
                          row.at("read_bytes"), row.at("copy_writes")});
  for (const Json& row : json.at("traffic"))
    summary.traffic.push_back({row.at("place"), row.at("traffic"), row.at("messages"),
                               row.at("bytes"), row.at("cross_az_messages"),
                               row.at("cross_az_bytes")});
  if (json.contains("timeline"))
    for (const Json& row : json.at("timeline"))
      summary.timeline.push_back({from_s(row.at("begin_s")), from_s(row.at("end_s")),
                                  row.at("subject"), row.at("state"), row.at("fault")});
  summary.latency_hgrm = json.value("latency_hgrm", "");
  if (json.contains("time_series"))
    for (const Json& point : json.at("time_series"))
      summary.time_series.push_back({point.at(0), point.at(1), point.at(2), point.at(3)});
  return summary;
}

}  // namespace

std::string to_json(const RunSummary& summary, SummaryForm form, int indent, int level) {
  JsonWriter json(indent, level);
  json.begin_object();
  json.member("name", summary.architecture);
  json.member("model", summary.model);
  json.member("seed", summary.seed);
  json.member("fingerprint", summary.fingerprint);
  json.member("events", summary.events);
  put_survival(json, summary.survives);
  object(json, "metrics", summary.metrics);
  by_id(json, "replicas", summary.replicas);
  by_id(json, "clients", summary.clients);
  listed(json, "faults", summary.faults, true);
  listed(json, "operations", summary.operations, false);
  put_checks(json, summary.checks);
  object(json, "commit_latency_breakdown_ms", summary.commit_latency_breakdown_ms);
  object(json, "replica_lag_breakdown_ms", summary.replica_lag_breakdown_ms);
  object(json, "write_path_ms", summary.write_path_ms);
  object(json, "cross_az_bytes_per_commit", summary.cross_az_bytes_per_commit);
  object(json, "cross_az_messages_per_commit", summary.cross_az_messages_per_commit);
  put_rows(json, summary);
  put_timeline(json, summary.timeline);
  if (form == SummaryForm::complete) put_details(json, summary);
  json.end_object();
  return json.take();
}

std::optional<RunSummary> summary_from_json(std::string_view text) {
  try {
    return summary_in(Json::parse(text));
  } catch (const nlohmann::json::exception&) {
    return std::nullopt;
  }
}

}  // namespace writepath
