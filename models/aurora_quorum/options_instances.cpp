// The readers, and what happens when the writer is lost.
#include "models/aurora_quorum/options_parts.hpp"

namespace writepath::aurora {

void describe(Fields& f, ReaderOptions& o) {
  f.about("A reader.");
  f.number(
      "buffer_pool_gb", o.buffer_pool_gb, gb_range,
      {"Pages that a reader holds at most: redo for those that it does not hold is discarded, and "
       "reads of them go to a storage node. A reader of the run's start has its pool full, a later "
       "one begins empty.",
       "GB", "SIGMOD 2017, S6.1: 170 GB"});
  f.number(
      "apply_us_per_record", o.apply_us_per_record, us_range,
      {"CPU time to apply one redo record to a cached page.", "us", "assumption, range 0.5 to 10"});
  f.number("long_read_s", o.long_read_s, {0, 86'400},
           {"Each reader runs reports, one after another, each of them so long in one read view, "
            "which holds back what storage may forget; 0: none.",
            "s", "mechanism: SIGMOD 2017, S4.2.3; value: assumption, range 0 to 3600"});
}

void describe(Fields& f, PageReadOptions& o) {
  f.about("How instances read pages that are not in their buffer pools: from one segment.");
  f.number(
      "hedge_after", o.hedge_after, {0, 1000},
      {"A read that takes so many times as long as reads from this storage node usually do goes "
       "to another one, too, and the first answer counts; 0: only after timeout_ms.",
       "", "mechanism: SIGMOD 2018, S3.1; value: assumption, range 1.5 to 10"});
  f.require(o.hedge_after == 0 || o.hedge_after >= 1, "hedge_after", [] {
    return std::string("is 0 or at least 1: no read is late before its usual time");
  });
  f.number("refresh_share", o.refresh_share, {0, 1},
           {"Share of the reads that go to a second storage node at once, to learn how fast it is.",
            "", "mechanism: SIGMOD 2018, S3.1; value: assumption, range 0.001 to 0.1"});
  f.number("timeout_ms", o.timeout_ms, {1, 60'000},
           {"A storage node that has not answered a page read for so long is passed over.", "ms",
            "assumption, range 10 to 5000"});
  f.number("read_point_interval_ms", o.read_point_interval_ms, {1, 60'000},
           {"Each instance tells the storage nodes the lowest read point that it still needs.",
            "ms", "mechanism: SIGMOD 2018, S3.4; value: assumption, range 10 to 10000"});
}

void describe(Fields& f, PromotionTierSpec& o) {
  f.about("An instance's place in the order of promotion.");
  f.text("instance", o.instance, TextRule::reference, {"Its id among the architecture's nodes."},
         Presence::required);
  f.integer("tier", o.tier, {0, 15},
            {"The lowest tier that has a reader is promoted first; of equals the one with the most "
             "CPUs.",
             "", "Amazon Aurora user guide, High availability: 0 to 15, default 1"});
}

void describe(Fields& f, FailoverOptions& o) {
  f.about("How a lost writer is found and replaced.");
  f.texts(
      "monitor_azs", o.monitor_azs, TextRule::reference,
      {"Where the three health monitors run, in turn; two of them must agree. Left out: the AZs "
       "of the copies.",
       "", "assumption: a regional service, not one host"});
  f.object("detector", o.detector, {"How each monitor finds a dead writer."});
  f.list("promotion_tiers", o.promotion_tiers, 0,
         {"In which order readers are promoted. Who is left out has tier 1."});
  f.number("promotion_s", o.promotion_s, {0, 3600},
           {"From being told until the promoted reader turns to the storage nodes: it ends its "
            "reader's role and opens as a writer. An instance that was only just started has none "
            "to end.",
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
  f.number(
      "drain_s", o.drain_s, {0, 600},
      {"In a planned failover, the writer ends what is under way within this; what still lacks "
       "its quorum then is left to recovery.",
       "s", "assumption, range 1 to 30"});
}

}  // namespace writepath::aurora
