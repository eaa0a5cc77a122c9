#pragma once
// The model's options. [2017] and [2018] are Verbitski et al., SIGMOD 2017 and SIGMOD 2018.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/aurora_quorum/placement.hpp"
#include "models/common/failure_detector.hpp"
#include "sim/scenario/describe.hpp"

namespace writepath::aurora {

/// So many copies in this AZ, the last ones of which are tail segments.
struct CopiesSpec {
  std::string az;
  std::int64_t n = 2;
  std::int64_t tail = 0;
};
/// n of these copies.
struct ThresholdSpec {
  std::string of = "all";  ///< what Placement::called() knows
  std::int64_t n = 1;
};
/// One way to meet a quorum: n of these copies, or all of several such demands.
struct WaySpec {
  std::string of = "all";
  std::optional<std::int64_t> n;
  std::vector<ThresholdSpec> all;
};
struct QuorumSpec {
  std::vector<WaySpec> any;
};

struct WriterOptions {
  enum class LocksReleased { at_commit_record, when_durable };
  double commit_cpu_us = 10;
  double send_path_us = 20;
  double buffer_pool_gb = 170;
  double unacknowledged_mb = 16;
  double idle_vdl_update_ms = 10;
  double innodb_lock_wait_timeout_s = 50;
  LocksReleased locks_released = LocksReleased::at_commit_record;
};

/// What recovery does with transactions in flight.
struct UndoOptions {
  std::int64_t list_reads_at_once = 128;
  double row_cpu_us = 20;
};

/// A gray failure: one storage node whose device is slower than the others', for a while.
struct SlowCopySpec {
  std::string copy;  ///< "a1": AZ and number
  double factor = 10;
  double from_s = 0;
  std::optional<double> until_s;  ///< null: to the end
};

/// What the segments of other volumes ask of a storage node's device and processors.
struct NeighbourSpec {
  enum class Arrivals { poisson, constant };
  std::string copy = "all";  ///< "all", or one: "a1"
  double boxcars_per_s = 0, boxcar_kb = 4, page_ios_per_s = 0;
  Arrivals arrivals = Arrivals::poisson;
  double from_s = 0;
  std::optional<double> until_s;  ///< null: to the end
};

struct StorageOptions {
  std::int64_t cpus = 16;
  DeviceSpec device = default_device(StorageKind::local);
  double nic_gbps = 10;
  double receive_cpu_us = 5;
  std::int64_t flushes_at_once = 32;
  double gossip_interval_ms = 100;
  double coalesce_interval_ms = 1000;
  double coalesce_cpu_us_per_record = 1;
  double coalesce_cpu_us_per_page = 5;
  std::int64_t background_ios_at_once = 8;
  double staging_interval_ms = 10'000;
  double scrub_mb_per_s = 4;
  double corrupt_page_probability = 0;
  double backlog_limit_mb = 16'384;
  double throttle_ms = 100;
  double receive_queue_mb = 64;
  double boxcar_loss_probability = 0;
  double log_retention_mb = 256;
  std::vector<SlowCopySpec> slow;
  std::vector<NeighbourSpec> neighbours;
};

/// A storage node is hot when it acknowledges so much later than its peers, for so long.
struct HeatOptions {
  double factor = 0;  ///< 0: nobody is replaced for being slow
  double after_s = 10;
};

struct RepairOptions {
  std::int64_t spares_per_az = 0;
  DetectorSpec detector;
  std::int64_t segments_at_once = 1;
  bool other_az = false;
  HeatOptions heat;
  std::optional<double> az_loss_to_3_of_4_after_s;
};

struct ReaderOptions {
  double buffer_pool_gb = 170;
  double apply_us_per_record = 2;
  double long_read_s = 0;
};

/// How writer and readers read pages that are not in their buffer pools.
struct PageReadOptions {
  double hedge_after = 3;
  double refresh_share = 0.01;
  double timeout_ms = 500;
  double read_point_interval_ms = 100;
};

struct PromotionTierSpec {
  std::string instance;
  std::int64_t tier = default_tier;
  static constexpr std::int64_t default_tier = 1;
};

struct FailoverOptions {
  std::vector<std::string> monitor_azs;
  DetectorSpec detector;
  std::vector<PromotionTierSpec> promotion_tiers;  ///< who isn't named has the default
  double promotion_s = 3;
  double restart_s = 2;
  double instance_start_s = 5;
  double replace_instance_s = 300;
  double drain_s = 5;

  std::int64_t tier_of(const std::string& instance) const {
    for (const PromotionTierSpec& spec : promotion_tiers)
      if (spec.instance == instance) return spec.tier;
    return PromotionTierSpec::default_tier;
  }
  /// The writer was found dead and replaced, and readers have missed their heartbeats and dialled
  /// again.
  double repairs_within_s() const {
    const double found_s =
        static_cast<double>(detector.failures) * (detector.interval_s + detector.timeout_s);
    return found_s + promotion_s + restart_s + 10;
  }
};

/// Rules that tests break, so that checks have something to catch. No scenario can set it.
enum class Broken {
  nothing,
  acks_at_3_of_6,  ///< the writer counts three copies as its write quorum
  vdl_past_vcl,    ///< VDL follows the group that is furthest ahead, past gaps of the others
  no_epoch_check,  ///< storage nodes take redo of any writer
  frees_rows_before_undo,  ///< what recovery finds in flight has no locks
  undoes_a_commit,         ///< the list of those in flight forgets the last commit record
};

struct Options : ModelOptions {
  enum class CommitOn { vdl, vcl } commit_on = CommitOn::vdl;
  enum class LogSource { writer, storage } log_source = LogSource::writer;
  std::vector<CopiesSpec> copies;
  QuorumSpec write, read;
  double segment_gb = 10;
  std::int64_t lal_bytes = 10'000'000;
  std::int64_t record_header_bytes = 40;
  WriterOptions writer;
  UndoOptions undo;
  StorageOptions storage;
  RepairOptions repair;
  ReaderOptions reader;
  PageReadOptions page_reads;
  FailoverOptions failover;
  Broken broken = Broken::nothing;
};

/// Storage nodes: those of the copies, then the spares, AZ by AZ. Fewer spares than asked for where
/// a set of copies could not hold them all.
struct StoragePlace {
  std::string az;
  std::string name;  ///< "a3"
};
std::vector<StoragePlace> storage_places(const Options&);

void describe(Fields&, CopiesSpec&);
void describe(Fields&, ThresholdSpec&);
void describe(Fields&, WaySpec&);
void describe(Fields&, QuorumSpec&);
void describe(Fields&, WriterOptions&);
void describe(Fields&, UndoOptions&);
void describe(Fields&, SlowCopySpec&);
void describe(Fields&, NeighbourSpec&);
void describe(Fields&, StorageOptions&);
void describe(Fields&, HeatOptions&);
void describe(Fields&, RepairOptions&);
void describe(Fields&, ReaderOptions&);
void describe(Fields&, PageReadOptions&);
void describe(Fields&, PromotionTierSpec&);
void describe(Fields&, FailoverOptions&);
void describe(Fields&, Options&, const ArchitectureSpec&, const Scenario&);

}  // namespace writepath::aurora
