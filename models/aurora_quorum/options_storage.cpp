// The storage nodes.
#include "models/aurora_quorum/options_parts.hpp"

namespace writepath::aurora {

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
  f.number("materialise_us_per_record", o.materialise_us_per_record, us_range,
           {"CPU time for each redo record that is not in its page yet when the page is read.",
            "us", "mechanism: SIGMOD 2017, S3.2; value: assumption, range 0.5 to 10"});
  f.number(
      "log_retention_mb", o.log_retention_mb, {1, 1'000'000},
      {"Redo that peers keep for a storage node that is behind; further behind, it copies whole "
       "segments.",
       "MB", "assumption, range 64 to 4096"});
  f.list("slow", o.slow, 0, {"Storage nodes with a slow device from the start (gray failures)."});
}

}  // namespace writepath::aurora
