// The log and the writer.
#include "models/aurora_quorum/options_parts.hpp"

namespace writepath::aurora {

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
  f.integer("lal_bytes", o.lal_bytes, {100'000, 4'000'000'000},
            {"LSN allocation limit: no LSN is given out beyond VDL by more than this.", "bytes",
             "SIGMOD 2017, S4.2.1: 10 million; that LSNs count bytes is InnoDB's way"});
  f.integer("record_header_bytes", o.record_header_bytes, {0, 4096},
            {"Added to each redo record: LSN, the three back-links, page and length.", "bytes",
             "assumption, range 20 to 100"});
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
  f.number(
      "unacknowledged_mb", o.unacknowledged_mb, {0.001, 65'536},
      {"Redo on its way to one storage node; beyond it, and beyond lal_bytes, boxcars pass the "
       "node by, and gossip fills its gap.",
       "MB", "assumption, range 4 to 256"});
  f.number("idle_vdl_update_ms", o.idle_vdl_update_ms, {0.01, 60'000},
           {"Storage nodes learn VDL with each boxcar, and this long after it moved if none left.",
            "ms", "assumption, range 1 to 100"});
  f.number("innodb_lock_wait_timeout_s", o.innodb_lock_wait_timeout_s, {1, 1e9},
           {"Longest wait for a row lock; then the transaction is rolled back, as MySQL's here.",
            "s", "MySQL 8.0 manual, innodb_lock_wait_timeout, default 50"});
  f.choice("locks_released", o.locks_released,
           {{"at_commit_record", WriterOptions::LocksReleased::at_commit_record},
            {"when_durable", WriterOptions::LocksReleased::when_durable}},
           {"When a transaction's row locks are free: as soon as its commit record is in the log "
            "buffer, or when it is acknowledged.",
            "",
            "at_commit_record: InnoDB's trx_commit_in_memory, before trx_flush_log_if_needed; that "
            "Aurora kept it is an assumption, the papers don't say"});
}

void describe(Fields& f, UndoOptions& o) {
  f.about("Transactions in flight at a crash: listed before the database opens, then undone.");
  f.integer(
      "list_reads_at_once", o.list_reads_at_once, {1, 1024},
      {"Page reads at a time while recovery looks for transactions in flight: the headers of "
       "128 rollback segments, and of each such transaction's undo log, those that are not in "
       "the buffer pool.",
       "",
       "128 segments: InnoDB, innodb_rollback_segments; reads at a time: assumption, range 1 "
       "(InnoDB's trx_rsegs_init, one after another) to 128"});
  f.number("row_cpu_us", o.row_cpu_us, us_range,
           {"Processor time of the undo thread to take back a row's change.", "us",
            "20: to apply one at a MariaDB 10.11 replica took 19.6; assumption, range 5 to 100"});
}

}  // namespace writepath::aurora
