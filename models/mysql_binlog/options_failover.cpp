// Options of starting a server, and of the failover monitor.
#include "models/mysql_binlog/options.hpp"
#include "sim/scenario/words.hpp"

namespace writepath::mysql {

namespace {

void describe_start(Fields& f, Options& o) {
  f.number(
      "server_start_s", o.server_start_s, {0, 3600},
      {"From the process's start until crash recovery begins", "s", "assumption, range 1 to 10"});
  f.number("instance_start_s", o.instance_start_s, {0, 3600},
           {"From the start of a new instance (add_replica) until its process can begin to copy",
            "s", "assumption, range 2 to 600, the same for every architecture"});
  f.number("crash_recovery_mb_per_s", o.crash_recovery_mb_per_s, {0.1, 100'000},
           {"Redo that crash recovery replays in a second", "MB/s",
            "Percona Server 5.5.7 blog measurements: 8 GB of redo in 471 to 897 s, 9 to 17 MB/s if "
            "the log was full; newer servers are faster, range 9 to 200"});
  f.number("promote_s", o.promote_s, {0, 3600},
           {"From a drained relay log until the new source accepts writes", "s",
            "assumption, range 0.2 to 2"});
}

void describe_monitor(Fields& f, Options& o, const Scenario& scenario) {
  f.text("monitor_az", o.monitor_az, TextRule::reference,
         {"Where the failover monitor runs; left out: the first AZ without the initial primary and "
          "its mirror"});
  f.require(o.monitor_az.empty() || az_exists(scenario.network, o.monitor_az), "monitor_az",
            [&] { return unknown_az(scenario.network, o.monitor_az); }, {"monitor_az"});
  f.object("detector", o.detector, {"How the monitor finds a dead source"});
  f.number("monitor_answer_timeout_s", o.monitor_answer_timeout_s, {0.1, 3600},
           {"How long a restarted server asks the monitor for its role before it trusts its own "
            "configuration; also how long the monitor waits for a replica's position",
            "s", "assumption, range 1 to 10"});
  f.choice(
      "detection", o.detection,
      {{"holistic", Detection::holistic}, {"monitor_only", Detection::monitor_only}},
      {"Whose word declares a source dead. holistic: the monitor's and that of every replica it "
       "reaches, at least one; on its first miss it has the replicas try the source anew. "
       "monitor_only: its own. A mirrored pair and a source without replicas: always "
       "monitor_only",
       "", "orchestrator, docs/failure-detection.md: DeadMaster, UnreachableMaster"});
}

void describe_choice(Fields& f, Options& o) {
  f.choice(
      "candidate", o.candidate,
      {{"most_advanced", CandidateChoice::most_advanced},
       {"first_listed", CandidateChoice::first_listed}},
      {"Which replica is promoted. most_advanced: who has received most, by GTID. first_listed: "
       "the first that answers, as the scenario lists them, whatever it has; others that have "
       "more are rebuilt",
       "",
       "orchestrator, docs/topology-recovery.md; first_listed: a static successor, as scripts "
       "and VRRP priorities have it"});
  f.boolean(
      "drain_relay_log", o.drain_relay_log,
      {"true: the candidate applies all that it has received before it opens. false: it opens "
       "at once, and what it had not applied is lost",
       "",
       "orchestrator, docs/configuration-recovery.md: "
       "DelayMasterPromotionIfSQLThreadNotUpToDate, whose default is false; true is what an "
       "operator means"});
  f.number("switchover_timeout_s", o.switchover_timeout_s, {0.1, 3600},
           {"A planned failover is given up, and the source writable again, if the source has not "
            "finished its commits or the candidate has not caught up after so long",
            "s", "assumption, range 1 to 60"});
}

void describe_fencing(Fields& f, Options& o) {
  f.choice(
      "fencing", o.fencing, {{"off", Fencing::off}, {"on", Fencing::on}},
      {"on: before another source opens, the old one is made read-only (a hook, if it can be "
       "reached) or has made itself read-only: an agent on its host asks the monitor each "
       "detector.interval_s and gives up after self_fence_s without an answer, and the monitor "
       "waits for that. So a source stops when the monitor is away, too. off: nothing holds "
       "the old source. A mirrored pair is always fenced by its volume",
       "",
       "orchestrator, docs/configuration-recovery.md: hooks only, no fencing of its own; the "
       "agent: Patroni's leader lock, here asked of the monitor"});
  f.number("self_fence_s", o.self_fence_s, {0.2, 3600},
           {"A source whose agent has had no answer for so long makes itself read-only", "s",
            "assumption, range 1 to 30 (Patroni's ttl is 30)"});
  f.require(
      o.fencing == Fencing::off || o.self_fence_s > o.detector.interval_s, "self_fence_s",
      [&] {
        return std::string("must be more than detector.interval_s, at which the lease is renewed");
      },
      {"fencing", "self_fence_s", "detector"});
  f.choice(
      "name_service", o.name_service,
      {{"global", NameService::global}, {"per_az", NameService::per_az}},
      {"How far the news of another writer travels. global: to every client, partition or not. "
       "per_az: a client that cannot reach the new writer resolves on its own side, where "
       "the old one still stands",
       "",
       "GitHub, MySQL High Availability (2018-06-20): one Consul cluster for each data centre, "
       "fed by the orchestrator there"});
}

}  // namespace

void describe_failover(Fields& f, Options& o, const Scenario& scenario) {
  describe_start(f, o);
  describe_monitor(f, o, scenario);
  describe_choice(f, o);
  describe_fencing(f, o);
}

}  // namespace writepath::mysql
