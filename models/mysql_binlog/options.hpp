#pragma once
// The model's options. Names are MySQL 8.0's system variables where one exists.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/common/failure_detector.hpp"
#include "sim/core/time.hpp"
#include "sim/scenario/fields.hpp"
#include "sim/scenario/scenario.hpp"

namespace writepath::mysql {

enum class SemiSyncMode { off, after_sync, after_commit };

/// innodb_flush_log_at_trx_commit: 0, 1, 2.
enum class RedoFlush { each_second, at_commit, write_at_commit };

enum class Pipeline { mysql_stages, mariadb_locks };

/// binlog_transaction_dependency_tracking: what a source stamps its transactions with.
enum class DependencyTracking { commit_order, writeset };

/// How a replica's coordinator decides what may run in parallel.
enum class ParallelType { logical_clock, conservative, optimistic };

enum class Profile { mysql_8_0, mysql_5_7, mysql_5_6, mariadb_10_11, rds_multi_az_cluster };

struct ApplierOptions {
  /// `none` is the ablation: the binlog is still shipped and the relay log written, but applying
  /// takes no CPU and waits for no flush.
  enum class Cost { full, none } cost = Cost::full;
  double transaction_us = 50;
  double row_us = 50;
};

/// An RDS Multi-AZ DB instance: the primary's volume is mirrored to a standby.
struct MirrorOptions {
  std::string az;
  std::int64_t copies_per_az = 2;
  double timeout_s = 6;
  double takeover_s = 60;
};

/// What a new source waits for before it opens.
enum class FailoverWait { candidate, all_replicas };

/// Whose word declares the source dead.
enum class Detection { holistic, monitor_only };

/// Which replica is promoted.
enum class CandidateChoice { most_advanced, first_listed };

/// Whether an old source is made harmless before another one opens.
enum class Fencing { off, on };

/// How far the news of another writer travels.
enum class NameService { global, per_az };

/// For tests alone: `describe` does not know it, so no scenario can set it.
enum class Broken { none, forgets_relay_log, promotes_least_advanced };

/// What one replica does differently.
struct ReplicaOptions {
  std::string id;
  double source_delay_s = 0;
};

struct Options : ModelOptions {
  Profile profile = Profile::mysql_8_0;
  Pipeline commit_pipeline = Pipeline::mysql_stages;
  bool log_bin = true;
  std::int64_t sync_binlog = 1;
  std::int64_t innodb_flush_log_at_trx_commit = 1;
  double group_commit_sync_delay_us = 0;
  std::int64_t group_commit_sync_no_delay_count = 0;
  double innodb_lock_wait_timeout_s = 50;
  double binlog_expire_logs_s = 2'592'000;

  SemiSyncMode semi_sync = SemiSyncMode::off;
  std::int64_t wait_for_replica_count = 1;
  double semi_sync_timeout_ms = 10'000;
  bool wait_no_replica = true;

  double commit_cpu_us = 20;
  double dump_packet_cpu_us = 0;
  double receiver_packet_cpu_us = 0;
  ApplierOptions applier;
  std::int64_t replica_parallel_workers = 4;
  ParallelType replica_parallel_type = ParallelType::logical_clock;
  bool replica_preserve_commit_order = true;
  std::int64_t replica_checkpoint_group = 512;
  DependencyTracking dependency_tracking = DependencyTracking::commit_order;
  std::int64_t dependency_history_size = 25'000;
  std::vector<ReplicaOptions> replicas;
  bool sync_relay_log = false;
  std::int64_t binlog_event_header_bytes = 19;
  std::int64_t replica_ack_bytes = 64;
  double send_buffer_mb = 4;
  double source_connect_retry_s = 60;
  double replica_net_timeout_s = 60;
  double source_heartbeat_period_s = 30;
  std::vector<std::string> semi_sync_replicas;  ///< empty: all

  double innodb_redo_log_capacity_mb = 100;
  double innodb_adaptive_flushing_lwm_percent = 10;
  double innodb_io_capacity = 200;
  double innodb_io_capacity_max = 2000;
  std::int64_t innodb_page_cleaners = 4;
  bool innodb_doublewrite = true;
  std::int64_t innodb_doublewrite_pages = 128;
  double innodb_max_dirty_pages_pct = 90;
  double innodb_max_dirty_pages_pct_lwm = 10;
  double innodb_buffer_pool_size_gb = 0;
  double undo_row_cpu_us = 20;

  std::optional<MirrorOptions> mirror;
  bool flow_control = false;
  double target_apply_lag_s = 120;
  double flow_control_max_delay_ms = 1000;
  FailoverWait failover_waits_for = FailoverWait::candidate;

  double server_start_s = 2;
  double instance_start_s = 5;
  double crash_recovery_mb_per_s = 15;
  double promote_s = 0.5;

  std::string monitor_az;
  DetectorSpec detector;
  double monitor_answer_timeout_s = 3;
  Detection detection = Detection::holistic;
  CandidateChoice candidate = CandidateChoice::most_advanced;
  bool drain_relay_log = true;
  Fencing fencing = Fencing::off;
  double self_fence_s = 5;
  double switchover_timeout_s = 10;
  NameService name_service = NameService::global;
  Broken broken = Broken::none;

  /// rpl_semi_sync_replica_enabled of this server.
  bool acknowledges(const std::string& server) const;
  /// Redo that may lie between the oldest dirty page and the log's end.
  struct RedoLimits {
    double capacity_bytes, async_bytes, sync_bytes;
  };
  RedoLimits redo_limits() const;

  /// A replica has hung up and dialled again, the source was replaced, the new one waited out its
  /// semi-synchronous timeout.
  double repairs_within_s() const {
    const double failover_s =
        static_cast<double>(detector.failures) * (detector.interval_s + detector.timeout_s) +
        2 * monitor_answer_timeout_s + server_start_s + promote_s + (fenced() ? self_fence_s : 0);
    return replica_net_timeout_s + source_connect_retry_s + failover_s + semi_sync_timeout_ms / 1e3;
  }
  bool fenced() const { return fencing == Fencing::on; }
  bool applies_in_parallel() const {
    return replica_parallel_workers > 1 && applier.cost == ApplierOptions::Cost::full;
  }
  DurationNs source_delay(const std::string& node) const;
  bool flushes_everything() const {
    return sync_binlog == 1 && redo_flush() == RedoFlush::at_commit;
  }
  RedoFlush redo_flush() const { return static_cast<RedoFlush>(innodb_flush_log_at_trx_commit); }
};

void describe(Fields& f, ApplierOptions& options);
void describe(Fields& f, ReplicaOptions& options);
void describe(Fields& f, MirrorOptions& options);
/// All options; the parts by theme stand in files of their own.
void describe(Fields& f, Options& options, const ArchitectureSpec& architecture,
              const Scenario& scenario);
void describe_replication(Fields& f, Options& options, const ArchitectureSpec& architecture,
                          const Scenario& scenario);
void describe_applying(Fields& f, Options& options, const ArchitectureSpec& architecture);
void describe_storage(Fields& f, Options& options);
void describe_failover(Fields& f, Options& options, const Scenario& scenario);
void describe_rds(Fields& f, Options& options, const ArchitectureSpec& architecture,
                  const Scenario& scenario);

}  // namespace writepath::mysql
