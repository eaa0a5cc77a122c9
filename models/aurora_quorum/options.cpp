#include "models/aurora_quorum/options.hpp"

#include <algorithm>
#include <map>

#include "sim/scenario/words.hpp"

namespace writepath::aurora {
namespace {

constexpr Range gb_range{0, 65'536, true};
constexpr Range us_range{0, 1e6};
constexpr std::int64_t copies_by_default = 2;
constexpr std::size_t azs_by_default = 3;
constexpr std::int64_t most_readers = 15;

bool has_copies(const Options& o, const std::string& az) {
  return std::any_of(o.copies.begin(), o.copies.end(),
                     [&](const CopiesSpec& c) { return c.az == az; });
}

/// The AZs of the region that holds the primary.
std::vector<std::string> home_azs(const ArchitectureSpec& architecture, const Scenario& scenario) {
  for (const NodeSpec& node : architecture.nodes) {
    if (node.role != NodeRole::primary) continue;
    for (const Region& region : scenario.network.regions)
      if (std::count(region.azs.begin(), region.azs.end(), node.az) > 0) return region.azs;
  }
  return scenario.network.regions.empty() ? std::vector<std::string>{}
                                          : scenario.network.regions.front().azs;
}

void describe_copies(Fields& f, Options& o, const ArchitectureSpec& architecture,
                     const Scenario& scenario) {
  const std::vector<std::string> azs = home_azs(architecture, scenario);
  if (o.copies.empty() && azs.size() >= azs_by_default)
    for (std::size_t i = 0; i < azs_by_default; ++i)
      o.copies.push_back({azs[i], copies_by_default});
  f.list(
      "copies", o.copies, 1,
      {"Where the copies of every protection group lie, one storage node for each; left out: two "
       "in each of the first three AZs of the primary's region.",
       "", "SIGMOD 2017, S2.1: six copies, two in each of three AZs"});
  f.require(!o.copies.empty(), "copies", [&] {
    return "the primary's region has " + std::to_string(azs.size()) +
           " AZs, and the default places two copies in each of three: say where the copies lie";
  });
  std::int64_t total = 0;
  std::map<std::string, int> seen;
  for (const CopiesSpec& c : o.copies) {
    total += c.n;
    f.require(az_exists(scenario.network, c.az), "copies",
              [&] { return unknown_az(scenario.network, c.az); }, {"copies"});
    f.require(++seen[c.az] == 1, "copies", [&] { return "names AZ " + quoted(c.az) + " twice"; },
              {"copies"});
  }
  f.require(total <= static_cast<std::int64_t>(most_copies), "copies", [&] {
    return "places " + std::to_string(total) + " copies; at most " + std::to_string(most_copies);
  });
}

std::int64_t copies_in(const Options& o, const std::string& of) {
  std::int64_t n = 0;
  for (const CopiesSpec& c : o.copies)
    if (of == "all" || c.az == of) n += c.n;
  return n;
}

void require_possible(Fields& f, const Options& o, const char* key, const QuorumSpec& quorum) {
  for (const ThresholdSpec& t : quorum.any) {
    f.require(t.of == "all" || has_copies(o, t.of), key, [&] {
      return quoted(t.of) + " holds no copy; legal: all, or an AZ that stands in copies";
    });
    const std::int64_t there = copies_in(o, t.of);
    f.require(t.n <= there || there == 0, key, [&] {
      return "waits for " + std::to_string(t.n) + " copies of " + quoted(t.of) +
             ", and there are " + std::to_string(there) + ": it could never be met";
    });
  }
}

bool possible(const Options& o, const QuorumSpec& quorum) {
  return !quorum.any.empty() &&
         std::all_of(quorum.any.begin(), quorum.any.end(),
                     [&](const ThresholdSpec& t) { return t.n <= copies_in(o, t.of); });
}

void require_intersection(Fields& f, const Options& o) {
  const std::vector<std::string> azs = copy_azs(o);
  if (azs.empty() || azs.size() > most_copies || !possible(o, o.write) || !possible(o, o.read))
    return;
  const QuorumRule write = rule_of(o.write, azs), read = rule_of(o.read, azs);
  const auto explain = [&](const DisjointPair& pair, const char* one, const char* other,
                           const char* harm) {
    const std::vector<std::string> names = copy_names(o);
    return std::string("does not intersect every ") + other + " quorum: " + one + " {" +
           names_of(pair.first, names) + "} and " + other + " {" + names_of(pair.second, names) +
           "} have no copy in common, so " + harm;
  };
  const auto both_write = disjoint_pair(write, write);
  f.require(!both_write, "write", [&] {
    return explain(*both_write, "write", "write",
                   "two writers could both commit (SIGMOD 2017, S2.1: Vw > V/2)");
  });
  const auto read_write = disjoint_pair(read, write);
  f.require(!read_write, "read", [&] {
    return explain(*read_write, "read", "write",
                   "recovery could miss a commit (SIGMOD 2017, S2.1: Vr + Vw > V)");
  });
}

void describe_quorums(Fields& f, Options& o) {
  const std::int64_t v = copies_in(o, "all");
  if (o.write.any.empty()) o.write.any = {{"all", v / 2 + 1}};
  if (o.read.any.empty()) o.read.any = {{"all", v - v / 2}};
  f.object("write", o.write,
           {"When a write is durable; left out: more than half of the copies, 4 of 6.", "",
            "SIGMOD 2017, S2.1: Vw = 4"});
  f.object("read", o.read,
           {"What recovery must reach to find every durable write; left out: the copies less the "
            "write quorum, and one: 3 of 6.",
            "", "SIGMOD 2017, S2.1: Vr = 3"});
  require_possible(f, o, "write", o.write);
  require_possible(f, o, "read", o.read);
  require_intersection(f, o);
}

void describe_log(Fields& f, Options& o) {
  f.choice(
      "commit_on", o.commit_on, {{"vdl", Options::CommitOn::vdl}, {"vcl", Options::CommitOn::vcl}},
      {"What must reach a commit's LSN before it is acknowledged: the volume durable LSN or the "
       "volume complete LSN. A commit record ends its mini-transaction, so both come at once.",
       "", "vdl: SIGMOD 2017, S4.2.2; vcl: SIGMOD 2018, S2.3"});
  f.choice("log_source", o.log_source,
           {{"writer", Options::LogSource::writer}, {"storage", Options::LogSource::storage}},
           {"Where readers get the redo from: the writer's stream, or the nearest storage node, as "
            "many introductions tell it.",
            "", "writer: SIGMOD 2017, S4.2.4; 2018, S3.3"});
  f.number("segment_gb", o.segment_gb, {0.1, 65'536},
           {"Of data in a protection group; the volume has as many groups as its size needs.", "GB",
            "SIGMOD 2017, S2.2: 10 GB"});
  f.integer("lal_bytes", o.lal_bytes, {100'000, 1'000'000'000'000},
            {"LSN allocation limit: no LSN is given out beyond VDL by more than this.", "bytes",
             "SIGMOD 2017, S4.2.1: 10 million; that LSNs count bytes is InnoDB's way"});
  f.integer("record_header_bytes", o.record_header_bytes, {0, 4096},
            {"Added to each redo record: LSN, the three back-links, page and length.", "bytes",
             "assumption, range 20 to 100"});
}

}  // namespace

std::vector<std::string> copy_azs(const Options& o) {
  std::vector<std::string> azs;
  for (const CopiesSpec& c : o.copies)
    for (std::int64_t i = 0; i < c.n && azs.size() <= most_copies; ++i) azs.push_back(c.az);
  return azs;
}

std::vector<std::string> copy_names(const Options& o) {
  std::vector<std::string> names;
  for (const CopiesSpec& c : o.copies)
    for (std::int64_t i = 1; i <= c.n && names.size() <= most_copies; ++i)
      names.push_back(c.az + std::to_string(i));
  return names;
}

QuorumRule rule_of(const QuorumSpec& quorum, const std::vector<std::string>& azs) {
  std::vector<QuorumRule::Alternative> any;
  for (const ThresholdSpec& t : quorum.any) {
    CopySet of = 0;
    for (std::size_t i = 0; i < azs.size(); ++i)
      if (t.of == "all" || t.of == azs[i]) of |= CopySet{1} << i;
    any.push_back({Threshold{of, static_cast<std::uint32_t>(t.n)}});
  }
  return {azs.size(), std::move(any)};
}

void describe(Fields& f, CopiesSpec& c) {
  f.about("Copies in one AZ.");
  f.text("az", c.az, TextRule::reference, {"Name of the AZ."}, Presence::required);
  f.integer("n", c.n, {1, static_cast<double>(most_copies)}, {"How many copies it holds."});
}

void describe(Fields& f, ThresholdSpec& t) {
  f.about("One way to meet a quorum.");
  f.text("of", t.of, TextRule::reference, {"Which copies: all, or those in the AZ of this name."});
  f.integer("n", t.n, {1, static_cast<double>(most_copies)}, {"How many of them."},
            Presence::required);
}

void describe(Fields& f, QuorumSpec& quorum) {
  f.about("A quorum: met when any of the ways is.", "aurora_quorum_rule");
  f.list("any", quorum.any, 1, {"The ways to meet it."}, Presence::required);
}

void describe(Fields& f, WriterOptions& o) {
  f.about("The writer.");
  f.number("commit_cpu_us", o.commit_cpu_us, us_range,
           {"CPU time of COMMIT itself.", "us", "assumption, range 2 to 50"});
  f.number("send_path_us", o.send_path_us, us_range,
           {"Time that the send path needs for one boxcar; it serves boxcars in turn. A boxcar is "
            "submitted on its first record and filled until its turn is over; there is no timer.",
            "us", "mechanism: SIGMOD 2018, S2.2; value: assumption, range 5 to 400"});
  f.number("buffer_pool_gb", o.buffer_pool_gb, gb_range,
           {"Pages that the writer holds; a statement on another page reads it from storage first.",
            "GB", "SIGMOD 2017, S6.1: 170 GB"});
  f.number("unacknowledged_mb", o.unacknowledged_mb, {0.001, 65'536},
           {"Redo on its way to one storage node; beyond it boxcars pass the node by, and gossip "
            "fills its gap.",
            "MB", "assumption, range 4 to 256"});
  f.number("idle_vdl_update_ms", o.idle_vdl_update_ms, {0.01, 60'000},
           {"Storage nodes learn VDL with each boxcar, and this long after it moved if none left.",
            "ms", "assumption, range 1 to 100"});
}

void describe(Fields& f, SlowCopySpec& s) {
  f.about("A storage node that is slow, not dead.");
  f.text("copy", s.copy, TextRule::reference,
         {"Which one: its AZ and its number there, from 1, as c2."}, Presence::required);
  f.number("factor", s.factor, {0, 1e6, true},
           {"Multiplies each latency of its device.", "", "assumption, range 2 to 100"});
}

void describe(Fields& f, StorageOptions& o) {
  f.about("A storage node: one segment of every protection group.");
  f.integer("cpus", o.cpus, {1, 1024}, {"Processors.", "", "assumption, range 4 to 96"});
  f.object("device", o.device, {"Its local SSD."});
  f.number("nic_gbps", o.nic_gbps, {0, 100'000, true},
           {"Bandwidth of its network card, each direction.", "Gbit/s",
            "SIGMOD 2017, S2.2: a 10 Gb/s link"});
  f.number("receive_cpu_us", o.receive_cpu_us, us_range,
           {"CPU time to take one boxcar in.", "us", "assumption, range 1 to 50"});
  f.integer("flushes_at_once", o.flushes_at_once, {1, 4096},
            {"Flushes of the hot log under way at once; boxcars that find no room share the next.",
             "", "assumption, range 1 to 256: an NVMe queue's depth"});
  f.number("gossip_interval_ms", o.gossip_interval_ms, {1, 3'600'000},
           {"A storage node asks a peer for what it lacks, peers in turn.", "ms",
            "mechanism: SIGMOD 2017, S3.3; value: assumption, range 10 to 1000"});
  f.number("coalesce_interval_ms", o.coalesce_interval_ms, {1, 3'600'000},
           {"Changed pages are made from redo and written, in the background.", "ms",
            "mechanism: SIGMOD 2017, S3.3; value: assumption, range 100 to 60000"});
  f.number(
      "log_retention_mb", o.log_retention_mb, {1, 1'000'000},
      {"Redo that peers keep for a storage node that is behind; further behind, it copies whole "
       "segments.",
       "MB", "assumption, range 64 to 4096"});
  f.list("slow", o.slow, 0, {"Storage nodes with a slow device from the start (gray failures)."});
}

void describe(Fields& f, ReaderOptions& o) {
  f.about("A reader.");
  f.number(
      "buffer_pool_gb", o.buffer_pool_gb, gb_range,
      {"Pages that a reader holds, against data.size_gb: redo for the others is discarded, and "
       "reads of them go to a storage node.",
       "GB", "SIGMOD 2017, S6.1: 170 GB"});
  f.number(
      "apply_us_per_record", o.apply_us_per_record, us_range,
      {"CPU time to apply one redo record to a cached page.", "us", "assumption, range 0.5 to 10"});
  f.number("page_timeout_ms", o.page_timeout_ms, {1, 60'000},
           {"A page read that takes longer is sent to another storage node.", "ms",
            "mechanism: SIGMOD 2018, S3.1; value: assumption, range 10 to 5000"});
}

void describe(Fields& f, FailoverOptions& o) {
  f.about("How a lost writer is found and replaced.");
  f.texts(
      "monitor_azs", o.monitor_azs, TextRule::reference,
      {"Where the three health monitors run, in turn; two of them must agree. Left out: the AZs "
       "of the copies.",
       "", "assumption: a regional service, not one host"});
  f.object("detector", o.detector, {"How each monitor finds a dead writer."});
  f.number("promotion_s", o.promotion_s, {0, 3600},
           {"From being told until the promoted reader turns to the storage nodes: it ends its "
            "reader's role and opens as a writer.",
            "s", "assumption, range 0.5 to 20"});
  f.number(
      "restart_s", o.restart_s, {0, 3600},
      {"From a process's start until it can take its role.", "s", "assumption, range 1 to 20"});
  f.number("instance_start_s", o.instance_start_s, {0, 3600},
           {"From the start of a new instance until its process can take its role.", "s",
            "assumption, range 2 to 600, the same for every architecture"});
  f.number("replace_instance_s", o.replace_instance_s, {1, 86'400},
           {"Without a reader, a writer whose host is dead gets a new host after this.", "s",
            "Amazon Aurora user guide, High availability: typically less than 10 minutes; "
            "assumption, range 60 to 600"});
}

void describe(Fields& f, Options& o, const ArchitectureSpec& architecture,
              const Scenario& scenario) {
  f.about("Amazon Aurora: a quorum of storage nodes under one writer and its readers.");
  describe_copies(f, o, architecture, scenario);
  describe_quorums(f, o);
  describe_log(f, o);
  f.object("writer", o.writer, {"The writer."});
  f.object("storage", o.storage, {"The storage nodes."});
  const std::vector<std::string> copies = copy_names(o);
  for (const SlowCopySpec& s : o.storage.slow)
    f.require(std::find(copies.begin(), copies.end(), s.copy) != copies.end(), "storage", [&] {
      return "has no copy " + quoted(s.copy) + "; legal: " + names_of(~CopySet{0}, copies);
    });
  f.object("reader", o.reader, {"The readers."});
  if (o.failover.monitor_azs.empty())
    for (const CopiesSpec& c : o.copies) o.failover.monitor_azs.push_back(c.az);
  f.object("failover", o.failover, {"How a lost writer is found and replaced."});
  for (const std::string& az : o.failover.monitor_azs)
    f.require(az_exists(scenario.network, az), "failover",
              [&] { return unknown_az(scenario.network, az); });

  std::int64_t primaries = 0, replicas = 0;
  for (const NodeSpec& node : architecture.nodes) {
    primaries += node.role == NodeRole::primary;
    replicas += node.role == NodeRole::replica;
  }
  f.require(primaries == 1, "", [&] {
    return quoted(architecture.name) + " has " + std::to_string(primaries) +
           " nodes of role primary; a volume has one writer";
  });
  f.require(primaries + replicas == static_cast<std::int64_t>(architecture.nodes.size()), "", [] {
    return std::string(
        "nodes may be of role primary or replica; storage nodes and monitors are "
        "placed by options (copies, failover/monitor_azs)");
  });
  f.require(replicas <= most_readers, "", [&] {
    return "has " + std::to_string(replicas) + " readers; at most 15 (SIGMOD 2017, S4.2.4)";
  });
}

}  // namespace writepath::aurora
