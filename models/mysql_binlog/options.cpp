#include "models/mysql_binlog/options.hpp"

namespace writepath::mysql {

namespace {

// Defaults that differ from MySQL 8.0's. What a scenario says itself comes afterwards and wins.
void apply(Profile profile, Options& o) {
  if (profile == Profile::mysql_8_0) return;
  if (profile == Profile::rds_multi_az_cluster) {
    o.semi_sync = SemiSyncMode::after_sync;
    o.flow_control = true;
    o.failover_waits_for = FailoverWait::all_replicas;
    return;
  }
  o.innodb_redo_log_capacity_mb = 96 * 1.048576;
  o.replica_parallel_workers = 0;
  if (profile == Profile::mysql_5_7 || profile == Profile::mysql_5_6) {
    // One doublewrite buffer on disk, which serves one batch after the other.
    o.innodb_page_cleaners = 1;
    o.innodb_doublewrite_pages = 120;
    o.innodb_max_dirty_pages_pct = 75;
    o.innodb_max_dirty_pages_pct_lwm = 0;
    if (profile == Profile::mysql_5_7) return;
  }
  o.sync_binlog = 0;
  if (profile == Profile::mysql_5_6) {
    o.replica_net_timeout_s = 3600;
    return;
  }
  o.commit_pipeline = Pipeline::mariadb_locks;
  o.replica_parallel_type = ParallelType::optimistic;
}

void describe_profile(Fields& f, Options& o) {
  f.choice(
      "profile", o.profile,
      {{"mysql-8.0", Profile::mysql_8_0},
       {"mysql-5.7", Profile::mysql_5_7},
       {"mysql-5.6", Profile::mysql_5_6},
       {"mariadb-10.11", Profile::mariadb_10_11},
       {"rds-multi-az-cluster", Profile::rds_multi_az_cluster}},
      {"A set of defaults; keys given beside it win. mysql-8.0: what this table says. mysql-5.7: "
       "two redo files of 48 MiB, one page cleaner with batches of 120 pages, "
       "innodb_max_dirty_pages_pct 75 and its lwm 0, one applier (replica_parallel_workers 0). "
       "mysql-5.6: the same, and sync_binlog 0, slave_net_timeout 3600. mariadb-10.11: "
       "commit_pipeline mariadb_locks, sync_binlog 0, redo log of 96 MiB, one applier "
       "(slave_parallel_threads 0), replica_parallel_type optimistic for those who give it "
       "workers. rds-multi-az-cluster: mysql-8.0 with semi_sync after_sync, flow_control, "
       "failover_waits_for all_replicas",
       "",
       "MySQL 5.6 and 5.7 manuals, sync_binlog, innodb_log_file_size, innodb_max_dirty_pages_pct, "
       "slave_net_timeout, slave_parallel_workers; MariaDB documentation, sync_binlog, "
       "innodb_log_file_size, slave_parallel_threads and slave_parallel_mode (optimistic since "
       "10.5.1); Amazon RDS user guide, Multi-AZ DB cluster deployments"});
  if (f.reading()) apply(o.profile, o);
}

void describe_commit(Fields& f, Options& o) {
  f.choice("commit_pipeline", o.commit_pipeline,
           {{"mysql_stages", Pipeline::mysql_stages}, {"mariadb_locks", Pipeline::mariadb_locks}},
           {"How groups of commits pass the binlog. mysql_stages: flush, sync and commit queues, "
            "whose groups merge. mariadb_locks: redo flushed at prepare, the binlog written and "
            "synced under LOCK_log, groups never merge; only this one is validated by measurements",
            "", "sql/binlog.cc of MySQL 8.0 (ordered_commit); sql/log.cc of MariaDB 10.11"});
  f.boolean("log_bin", o.log_bin,
            {"false: no binlog is written, and no replica can be fed. A commit is then the "
             "engine's own: visible when its record is in the log buffer, acknowledged when that "
             "is flushed",
             "",
             "MySQL 8.0 manual, log_bin, default ON; storage/innobase/trx/trx0trx.cc, "
             "trx_commit_in_memory"});
  f.integer("sync_binlog", o.sync_binlog, {0, 4294967295.0},
            {"The binlog is flushed after so many groups; 0: left to the operating system, which "
             "writes it back after 30 s. Other values than 1 lose committed transactions with the "
             "host, and let replicas have what the source may lose",
             "groups",
             "MySQL 8.0 manual, sync_binlog, default 1; Linux vm.dirty_expire_centisecs, 3000"});
  f.integer("innodb_flush_log_at_trx_commit", o.innodb_flush_log_at_trx_commit, {0, 2},
            {"1: redo is written and flushed at each commit. 2: written at commit, flushed once a "
             "second (a host crash loses up to a second). 0: written and flushed once a second (so "
             "does a process crash)",
             "", "MySQL 8.0 manual, innodb_flush_log_at_trx_commit, default 1"});
  f.number("binlog_group_commit_sync_delay_us", o.group_commit_sync_delay_us, {0, 1e6},
           {"How long a group's leader waits for company before it flushes the binlog", "us",
            "MySQL 8.0 manual, binlog_group_commit_sync_delay, default 0"});
  f.integer("binlog_group_commit_sync_no_delay_count", o.group_commit_sync_no_delay_count,
            {0, 100'000},
            {"The wait ends early when so many stand in the queue; 0: it does not", "transactions",
             "MySQL 8.0 manual, binlog_group_commit_sync_no_delay_count, default 0"});
  f.number("innodb_lock_wait_timeout_s", o.innodb_lock_wait_timeout_s, {1, 1e9},
           {"A transaction that waits longer for a row is rolled back (the server rolls back the "
            "statement alone unless innodb_rollback_on_timeout; a client does the rest)",
            "s", "MySQL 8.0 manual, innodb_lock_wait_timeout, default 50"});
}

void describe_retention(Fields& f, Options& o) {
  f.number(
      "binlog_expire_logs_s", o.binlog_expire_logs_s, {1, 1e9},
      {"The source purges binlog that is older. A replica that comes back and needs it must be "
       "rebuilt from a copy (on a real server: error 1236, then an operator)",
       "s", "MySQL 8.0 manual, binlog_expire_logs_seconds, default 2592000"});
}

}  // namespace

void describe(Fields& f, Options& o, const ArchitectureSpec& architecture,
              const Scenario& scenario) {
  f.about("MySQL replication by binlog: a source, its replicas, and a failover monitor.");
  describe_profile(f, o);
  describe_commit(f, o);
  describe_retention(f, o);
  describe_replication(f, o, architecture, scenario);
  describe_applying(f, o, architecture);
  describe_storage(f, o);
  describe_failover(f, o, scenario);
  describe_rds(f, o, architecture, scenario);
}

}  // namespace writepath::mysql
