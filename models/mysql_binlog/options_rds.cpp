// The shapes that Amazon RDS builds of the same parts: a mirrored standby, flow control.
#include <algorithm>

#include "models/mysql_binlog/options.hpp"
#include "sim/model/operations.hpp"
#include "sim/scenario/words.hpp"

namespace writepath::mysql {

void describe(Fields& f, MirrorOptions& o) {
  f.about(
      "An RDS Multi-AZ DB instance: each write of the primary's volume goes to a standby's, too, "
      "before it is done. The standby (node <primary>-standby, the primary's hardware) serves "
      "nobody and takes over when the primary fails.");
  f.text("az", o.az, TextRule::reference, {"Where the standby runs; not the primary's AZ"},
         Presence::required);
  f.integer(
      "copies_per_az", o.copies_per_az, {1, 2},
      {"A volume's copies in its AZ: a write is done when the slower one is. 1 if flush_ms is "
       "already that of the replicated volume",
       "", "Verbitski et al., SIGMOD 2017, Figure 2: EBS and its AZ-local mirror"});
  f.number(
      "timeout_s", o.timeout_s, {0.1, 3600},
      {"A write that the standby has not acknowledged for so long means that it is lost; the "
       "primary tells the monitor, then goes on without it",
       "s",
       "drbd.conf(5), timeout, default 6 s (RDS does not publish its own); assumption, range 1 "
       "to 60"});
  f.number(
      "takeover_s", o.takeover_s, {0, 3600},
      {"From the monitor's order until the standby's database process starts: volume promoted, "
       "endpoint's address moved",
       "s",
       "assumption, range 45 to 105: with detection, start, recovery and the clients' way the "
       "failover should take the 60 to 120 s of the Amazon RDS user guide (Multi-AZ DB "
       "instance deployments)"});
}

namespace {

bool has_replicas(const ArchitectureSpec& architecture, const Scenario& scenario) {
  return std::any_of(architecture.nodes.begin(), architecture.nodes.end(),
                     [](const NodeSpec& n) { return n.role == NodeRole::replica; }) ||
         std::any_of(scenario.operations.begin(), scenario.operations.end(),
                     [&](const OperationSpec& o) { return applies_to(o, architecture); });
}

void require_sense(Fields& f, const Options& o, const ArchitectureSpec& architecture,
                   const Scenario& scenario) {
  const auto primary = std::find_if(architecture.nodes.begin(), architecture.nodes.end(),
                                    [](const NodeSpec& n) { return n.role == NodeRole::primary; });
  if (!o.mirror || primary == architecture.nodes.end()) return;
  const std::string& az = o.mirror->az;
  f.require(az.empty() || az_exists(scenario.network, az), "mirror",
            [&] { return unknown_az(scenario.network, az); }, {"mirror"});
  f.require(az != primary->az, "mirror",
            [&] {
              return "the standby must be in another AZ than the primary, which is in '" + az + "'";
            },
            {"mirror"});
  f.require(primary->storage == StorageKind::attached, "mirror",
            [&] {
              return "mirrors an attached volume, but the primary '" + primary->id +
                     "' has local storage; give it \"storage\": \"attached\"";
            },
            {"mirror"});
  f.require(o.monitor_az.empty() || (o.monitor_az != az && o.monitor_az != primary->az),
            "monitor_az",
            [] {
              return std::string(
                  "must be neither the primary's AZ nor its standby's: it decides between them");
            },
            {"mirror", "monitor_az"});
  const std::string standby = primary->id + "-standby";
  f.require(std::none_of(architecture.nodes.begin(), architecture.nodes.end(),
                         [&](const NodeSpec& n) { return n.id == standby; }),
            "mirror",
            [&] { return "places a node '" + standby + "', a name that another node has"; },
            {"mirror"});
  f.require(az_names(scenario.network).size() >= 3, "mirror",
            [] {
              return std::string(
                  "needs a third AZ, for the monitor that decides between primary and standby");
            },
            {"mirror"});
}

}  // namespace

void describe_rds(Fields& f, Options& o, const ArchitectureSpec& architecture,
                  const Scenario& scenario) {
  f.object("mirror", o.mirror,
           {"Synchronous mirror of the primary's volume in another AZ; left out: none"});
  f.boolean("flow_control", o.flow_control,
            {"true: commits are delayed while a replica's apply lag is beyond "
             "rpl_semi_sync_master_target_apply_lag_s",
             "", "Amazon RDS user guide, Multi-AZ DB cluster deployments: on by default there"});
  f.number("rpl_semi_sync_master_target_apply_lag_s", o.target_apply_lag_s, {0.1, 86'400},
           {"Apply lag from which on flow control delays", "s",
            "Amazon RDS user guide, Multi-AZ DB cluster deployments, default 120"});
  f.number("flow_control_max_delay_ms", o.flow_control_max_delay_ms, {0.01, 60'000},
           {"Flow control adds no more than this to a commit", "ms",
            "assumption, range 100 to 10000: not published"});
  f.choice(
      "failover_waits_for", o.failover_waits_for,
      {{"candidate", FailoverWait::candidate}, {"all_replicas", FailoverWait::all_replicas}},
      {"A failover completes when the chosen replica has applied what it received, or when all "
       "reachable replicas have",
       "", "Amazon RDS user guide, Multi-AZ DB cluster deployments: both readers, for MySQL"});
  f.require(o.log_bin || !has_replicas(architecture, scenario), "log_bin",
            [] { return std::string("must be true: replicas are fed by the binlog"); },
            {"log_bin"});
  f.require(o.log_bin || o.semi_sync == SemiSyncMode::off, "log_bin",
            [] { return std::string("must be true: semi_sync waits for the binlog's replicas"); },
            {"log_bin", "semi_sync"});
  f.require(!o.flow_control || has_replicas(architecture, scenario), "flow_control",
            [] { return std::string("needs replicas, whose lag it looks at"); }, {"flow_control"});
  require_sense(f, o, architecture, scenario);
}

}  // namespace writepath::mysql
