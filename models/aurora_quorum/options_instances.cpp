// The readers, and what happens when the writer is lost.
#include "models/aurora_quorum/options_parts.hpp"

namespace writepath::aurora {

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

}  // namespace writepath::aurora
