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
  double commit_cpu_us = 10;
  double send_path_us = 20;
  double buffer_pool_gb = 170;
  double unacknowledged_mb = 16;
  double idle_vdl_update_ms = 10;
};

/// A gray failure from the start: one storage node whose device is slower than the others'.
struct SlowCopySpec {
  std::string copy;  ///< "a1": AZ and number
  double factor = 10;
};

struct StorageOptions {
  std::int64_t cpus = 16;
  DeviceSpec device = default_device(StorageKind::local);
  double nic_gbps = 10;
  double receive_cpu_us = 5;
  std::int64_t flushes_at_once = 32;
  double gossip_interval_ms = 100;
  double coalesce_interval_ms = 1000;
  double materialise_us_per_record = 2;
  double log_retention_mb = 256;
  std::vector<SlowCopySpec> slow;
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

struct FailoverOptions {
  std::vector<std::string> monitor_azs;
  DetectorSpec detector;
  double promotion_s = 3;
  double restart_s = 2;
  double instance_start_s = 5;
  double replace_instance_s = 300;

  /// The writer was found dead and replaced, and readers have missed their heartbeats and dialled
  /// again.
  double repairs_within_s() const {
    const double found_s =
        static_cast<double>(detector.failures) * (detector.interval_s + detector.timeout_s);
    return found_s + promotion_s + restart_s + 10;
  }
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
  StorageOptions storage;
  ReaderOptions reader;
  PageReadOptions page_reads;
  FailoverOptions failover;
};

void describe(Fields&, CopiesSpec&);
void describe(Fields&, ThresholdSpec&);
void describe(Fields&, WaySpec&);
void describe(Fields&, QuorumSpec&);
void describe(Fields&, WriterOptions&);
void describe(Fields&, SlowCopySpec&);
void describe(Fields&, StorageOptions&);
void describe(Fields&, ReaderOptions&);
void describe(Fields&, PageReadOptions&);
void describe(Fields&, FailoverOptions&);
void describe(Fields&, Options&, const ArchitectureSpec&, const Scenario&);

}  // namespace writepath::aurora
