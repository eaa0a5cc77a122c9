// The storage nodes.
#include "models/aurora_quorum/options_parts.hpp"

namespace writepath::aurora {

namespace {
constexpr double longest_run_s = 30 * 86'400;

void describe_span(Fields& f, double& from_s, std::optional<double>& until_s) {
  f.number("from_s", from_s, {0, longest_run_s}, {"When it begins.", "s"});
  f.number("until_s", until_s, {0, longest_run_s, true},
           {"When it ends; left out: with the run.", "s"});
  f.require(!until_s || *until_s > from_s, "until_s",
            [] { return std::string("must be later than from_s"); }, {"from_s"});
}
}  // namespace

void describe(Fields& f, SlowCopySpec& s) {
  f.about("A storage node that is slow, not dead.");
  f.text("copy", s.copy, TextRule::reference,
         {"Which one: its AZ and its number there, from 1, as c2."}, Presence::required);
  f.number("factor", s.factor, {0, 1e6, true},
           {"Multiplies each latency of its device.", "", "assumption, range 2 to 100"});
  describe_span(f, s.from_s, s.until_s);
}

void describe(Fields& f, NeighbourSpec& n) {
  f.about("Load of other volumes' segments on storage nodes: noisy neighbours.");
  f.text("copy", n.copy, TextRule::reference,
         {"Which storage node: all, or one's AZ and its number there, from 1, as c2."});
  f.number("boxcars_per_s", n.boxcars_per_s, {0, 1e6},
           {"Boxcars that they take in: receive_cpu_us of CPU and a write to the device each.",
            "1/s", "assumption, range 0 to 50000"});
  f.number("boxcar_kb", n.boxcar_kb, {0, 65'536, true},
           {"Size of such a boxcar.", "KiB", "assumption, range 0.5 to 64"});
  f.number("page_ios_per_s", n.page_ios_per_s, {0, 1e6},
           {"Pages that they read, each of data.page_kb.", "1/s", "assumption, range 0 to 50000"});
  f.choice("arrivals", n.arrivals,
           {{"poisson", NeighbourSpec::Arrivals::poisson},
            {"constant", NeighbourSpec::Arrivals::constant}},
           {"Independent of each other, or at equal distances.", "",
            "assumption: many volumes' writes are independent"});
  describe_span(f, n.from_s, n.until_s);
  f.require(n.boxcars_per_s + n.page_ios_per_s > 0, "",
            [] { return std::string("asks for nothing: give boxcars_per_s or page_ios_per_s"); },
            {"boxcars_per_s", "page_ios_per_s"});
}

namespace {

void describe_background(Fields& f, StorageOptions& o) {
  f.number("coalesce_interval_ms", o.coalesce_interval_ms, {1, 3'600'000},
           {"Changed pages are made from redo and written, in the background.", "ms",
            "mechanism: SIGMOD 2017, S3.3; value: assumption, range 100 to 60000"});
  f.number(
      "coalesce_cpu_us_per_record", o.coalesce_cpu_us_per_record, us_range,
      {"CPU time to apply one record to its page: in the background, or when the page is read and "
       "its redo is not in it yet.",
       "us", "mechanism: SIGMOD 2017, S3.2; value: assumption, range 0.2 to 10"});
  f.number("coalesce_cpu_us_per_page", o.coalesce_cpu_us_per_page, us_range,
           {"CPU time of a page that is written: its CRC, its place.", "us",
            "assumption, range 1 to 50"});
  f.integer("background_ios_at_once", o.background_ios_at_once, {1, 4096},
            {"Pages written at once before the foreground is looked at again; eight times as many "
             "beyond backlog_limit_mb.",
             "", "assumption, range 1 to 256: an NVMe queue's depth"});
  f.number("staging_interval_ms", o.staging_interval_ms, {0, 3'600'000},
           {"Log and changed pages are staged to S3 so often; 0: never.", "ms",
            "mechanism: SIGMOD 2017, S3.3; value: assumption, range 1000 to 300000"});
  f.number("scrub_mb_per_s", o.scrub_mb_per_s, {0, 100'000},
           {"Pages are read and their CRCs checked at this rate; 0: never.", "MB/s",
            "mechanism: SIGMOD 2017, S3.3; value: assumption, range 0.5 to 50"});
  f.number("corrupt_page_probability", o.corrupt_page_probability, {0, 1},
           {"Share of the pages scrubbed whose CRC is wrong: each is fetched from a peer.", "",
            "0; assumption, range 0 to 0.000001"});
  f.number("backlog_limit_mb", o.backlog_limit_mb, {0.01, 1'000'000},
           {"Redo that is not coalesced, or not staged; beyond it the background no longer gives "
            "way, and the foreground is throttled.",
            "MB",
            "mechanism: SIGMOD 2017, S3.3; value: assumption, range 1024 to 65536: here one node "
            "holds a "
            "segment of every group, where a fleet would spread them"});
  f.number("throttle_ms", o.throttle_ms, {0, 60'000},
           {"A boxcar is taken in this much later at twice the limit, and in proportion.", "ms",
            "assumption, range 1 to 1000"});
}

}  // namespace

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
  describe_background(f, o);
  f.number("receive_queue_mb", o.receive_queue_mb, {0.001, 65'536},
           {"Redo received and not yet on disk; what comes beyond it is dropped, and gossip fills "
            "the gap.",
            "MB", "mechanism: SIGMOD 2017, S3.3; value: assumption, range 1 to 1024"});
  f.number("boxcar_loss_probability", o.boxcar_loss_probability, {0, 1},
           {"Share of the boxcars that a storage node loses before they are in its queue.", "",
            "mechanism: SIGMOD 2017, S3.3, 'some batches may be lost'; value: 0, assumption, range "
            "0 to 0.01"});
  f.number(
      "log_retention_mb", o.log_retention_mb, {1, 1'000'000},
      {"Redo that peers keep for a storage node that is behind; further behind, it copies whole "
       "segments.",
       "MB", "assumption, range 64 to 4096"});
  f.list("slow", o.slow, 0, {"Storage nodes with a slow device, for a while (gray failures)."});
  f.list("neighbours", o.neighbours, 0, {"Load of other volumes on the same storage nodes."});
}

}  // namespace writepath::aurora
