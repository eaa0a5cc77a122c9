#pragma once
// A scenario as plain checked values: what scenario.json says, every default filled in.
// The key names in JSON are the member names here. describe.cpp documents each with its unit,
// range, default and source, and reader, writer and JSON Schema are made from that one description.
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/core/distribution.hpp"
#include "sim/core/time.hpp"

namespace writepath {

// ---- network -------------------------------------------------------------------------------

struct Region {
  std::string name;
  std::vector<std::string> azs;  ///< AZ names, unique over all regions
};

/// One level of the network (within an AZ, between AZs, between regions).
struct NetworkLevel {
  double rtt_ms = 0;                       ///< unloaded round trip, median
  Distribution jitter{Lognormal{1, 1.6}};  ///< multiplies each one-way latency; median 1
  double bandwidth_gbps = 10;   ///< each direction of the path, shared by the flows that cross it
  double loss_probability = 0;  ///< of one message; costs a retransmission timeout
};

/// Overrides a level between two AZs (or within one when from == to).
struct LinkOverride {
  std::string from, to;
  bool one_way = false;  ///< only the direction from -> to
  std::optional<double> rtt_ms, bandwidth_gbps, loss_probability;
  std::optional<Distribution> jitter;
};

struct NetworkSpec {
  std::vector<Region> regions{Region{"r1", {"a", "b", "c"}}};
  NetworkLevel intra_az{.rtt_ms = 0.2};
  NetworkLevel inter_az{.rtt_ms = 0.82};
  NetworkLevel inter_region{.rtt_ms = 80, .bandwidth_gbps = 5};
  std::vector<LinkOverride> links;
  double tcp_min_rto_ms = 200;        ///< added to the round trip: first retransmission (Linux)
  double tcp_user_timeout_s = 924.6;  ///< unacknowledged data older than this closes a connection
};

// ---- hardware ------------------------------------------------------------------------------

enum class StorageKind { local, attached };  ///< attached volumes outlive their host

/// A storage device: requests pass a server at `iops` and `bandwidth_mb_per_s`, then take a
/// latency.
struct DeviceSpec {
  Distribution flush_ms;  ///< latency of a flush (fsync) or a write-through page write
  Distribution read_ms;   ///< latency of a read
  double iops = 0;        ///< requests per second
  double bandwidth_mb_per_s = 0;
  double max_io_kb = 256;  ///< a larger request counts as several I/Os
};

/// What a node of this kind has when its scenario names no device.
DeviceSpec default_device(StorageKind);

struct ClockSpec {
  double offset_ms = 0;  ///< the node's clock minus true time at the start
  double drift_ppm = 0;
};

/// standby: holds a mirror of the primary's volume and serves nobody.
enum class NodeRole { primary, replica, storage, monitor, client, standby };

struct NodeSpec {
  std::string id;
  NodeRole role = NodeRole::primary;
  std::string az;
  StorageKind storage = StorageKind::local;
  std::optional<DeviceSpec> device;  ///< the reader fills in the kind's default device
  std::int64_t cpus = 32;
  double cpu_speed = 1;    ///< of each processor, relative to the one that CPU times are given for
  std::string host;        ///< nodes of one host share its CPUs; empty: a host of its own
  std::string shared_cpu;  ///< machines of their own that share processors (containers, a lab)
  double nic_gbps = 10;
  ClockSpec clock;
};

// ---- data and workload -----------------------------------------------------------------------

struct DataSpec {
  double size_gb = 10;  ///< of the database: what a new MySQL replica copies; Aurora's volume
  double page_kb = 16;  ///< InnoDB's page
};

struct OpenLoop {
  enum class Arrivals { poisson, constant, bursts } arrivals = Arrivals::poisson;
  double rate_per_s = 0;  ///< mean over time, of the whole group
  double burst_size = 1;  ///< bursts: so many arrive at once, groups of them as a Poisson process
  std::int64_t max_in_flight = 100'000;  ///< arrivals beyond it fail at once, and are counted
};

struct ClosedLoop {
  std::int64_t clients = 1;
  Distribution think_time_ms;
};

struct ClientGroup {
  std::string name;
  std::vector<std::string> azs;  ///< arrivals and clients are dealt to them in turn
  std::optional<OpenLoop> open_loop;
  std::optional<ClosedLoop> closed_loop;  ///< exactly one of the two
  double start_s = 0;
  std::optional<double> stop_s;           ///< left out: duration_s
  std::vector<std::string> transactions;  ///< names; empty: all
  std::string shared_cpu;                 ///< of some nodes; empty: processors of their own
  double answer_cpu_us = 0;               ///< processor time of a client for each answer
};

struct TransactionType {
  std::string name;
  double weight = 1;
  std::int64_t statements = 1;    ///< each a round trip, unless autocommit
  bool autocommit = false;        ///< the (only) statement's request carries the COMMIT
  std::int64_t rows_written = 1;  ///< each row is one key
  std::int64_t redo_bytes = 600;
  std::int64_t binlog_bytes = 450;
  std::int64_t pages_dirtied = 2;
  double statement_cpu_us = 50;  ///< CPU time of one statement at the primary
  bool ddl = false;              ///< changes the schema: waits for others on MySQL's replicas
  double ddl_s = 0;              ///< DDL: CPU time of its work, at the primary and at each replica

  /// CPU time of one statement at the primary, DDL's work included.
  double statement_work_us() const {
    return statement_cpu_us + 1e6 * ddl_s / static_cast<double>(statements);
  }
};

struct KeySpec {
  std::int64_t count = 1'000'000;
  enum class Shape { uniform, zipf } distribution = Shape::uniform;
  double zipf_exponent = 0.99;  ///< YCSB's default
};

struct ReadLoad {
  enum class Target { primary, replicas, any } target = Target::replicas;
  double rate_per_s = 0;
  std::vector<std::string> azs;  ///< of the reading clients; empty: every AZ
  double cpu_us = 50;
};

/// How clients behave when the answer does not come.
struct SessionSpec {
  double timeout_s = 10;  ///< of one request
  double connect_timeout_s = 2;
  std::int64_t retries = 10;      ///< of a transaction whose COMMIT was never sent
  double retry_backoff_ms = 100;  ///< doubles each time, at most retry_backoff_max_ms
  double retry_backoff_max_ms = 2000;
  bool retry_unknown = false;  ///< tries again, too, when COMMIT was sent and no answer came
  double endpoint_ttl_s = 5;   ///< a client caches the endpoint's address this long
  std::int64_t max_connections = 1000;  ///< of one client node; further transactions wait
};

struct ProbeSpec {
  bool enabled = true;  ///< only in runs with faults
  double rate_per_s = 10;
  double timeout_s = 1;
};

/// pt-heartbeat: a row with a time stamp, updated at the primary and read on each replica.
struct HeartbeatSpec {
  bool enabled = false;
  double interval_s = 1;  ///< of updates, and of readings on each replica
  double skew_s = 0.5;    ///< readings come so long after the updates, and don't count it
};

/// Clients that write and read a few rows, each write another value: a history that can be checked.
struct RegisterSpec {
  bool enabled = false;
  std::int64_t count = 3;
  std::int64_t clients_per_az = 2;
  Distribution think_time_ms{Exponential{50}};
  double read_share = 0.5;
  ReadLoad::Target target = ReadLoad::Target::primary;  ///< of reads
  bool sticky = false;   ///< a session's reads stay with one node while it serves them
  double timeout_s = 2;  ///< of one operation
  double cpu_us = 50;    ///< of one read
};

struct WorkloadSpec {
  std::vector<ClientGroup> clients;
  std::vector<TransactionType> transactions{TransactionType{.name = "insert"}};
  KeySpec keys;
  std::vector<ReadLoad> reads;
  SessionSpec session;
  ProbeSpec probe;
  HeartbeatSpec heartbeat;
  RegisterSpec registers;
};

// ---- architectures, faults, operations, expectations
// ---------------------------------------------

/// A model's own checked options; each model derives from it.
struct ModelOptions {
  virtual ~ModelOptions() = default;
};

struct ArchitectureSpec {
  std::string name;
  std::string model;
  std::vector<NodeSpec> nodes;
  std::shared_ptr<const ModelOptions> options;
};

enum class CrashKind { process, host, loss };
/// fault_kinds.hpp says which keys each kind has; nemesis.cpp, what it does to the world.
enum class FaultKind {
  node_crash,
  az_outage,
  volume_loss,
  disk_stall,
  slow_disk,
  torn_write,
  partition,
  packet_loss,
  packet_delay,
  slow_node,
  clock_jump,
  clock_drift,
  pause,
  endpoint_delay,
  planned_failover,
};
/// Plans that any architecture accepts; expand_plan.hpp makes ordinary faults of them.
enum class FaultPreset { az_plus_one, gray_storage_node, partition_primary, rolling_patch };

struct FaultTarget {
  std::optional<NodeRole> role;
  std::string node;                   ///< an id, together with the fault's architecture
  std::string az;                     ///< restricts the role; alone: every node there
  std::optional<std::int64_t> index;  ///< among the role's nodes in deployment order
  enum class Pick { all, random } pick = Pick::all;
  enum class When { initial, current } when = When::current;
  bool is_empty() const { return !role && node.empty() && az.empty(); }
};

/// How often a fault strikes after the first time, which is at its at_s.
struct FaultRepeat {
  std::optional<double> every_s;      ///< exactly one of these two
  std::optional<double> rate_per_s;   ///< random: a Poisson process
  std::optional<std::int64_t> count;  ///< of strikes, the first included
  std::optional<double> until_s;      ///< no strike from this moment on; left out: the run's end
};

struct FaultSpec {
  enum class Direction { both, outgoing, incoming };
  enum class IfAbsent { error, skip };

  std::string id;
  double at_s = 0;
  FaultKind kind = FaultKind::node_crash;
  std::optional<FaultPreset> preset;  ///< instead of a kind and a target
  CrashKind crash = CrashKind::host;  ///< node_crash: what dies with the process
  FaultTarget target;
  std::optional<FaultTarget> peer;        ///< partition, packets: only between target and peer
  Direction direction = Direction::both;  ///< partition, packets: as the target sees it
  std::optional<double> duration_s;       ///< until it heals; else the run's end
  std::optional<double> restart_after_s;  ///< of what dies; left out: never comes back
  std::optional<double> factor;           ///< slow_disk, slow_node (CPU): times as slow
  std::optional<double> loss_probability;
  std::optional<double> delay_ms;  ///< packet_delay, slow_node: of each message, one way
  std::optional<double> jump_ms;
  std::optional<double> drift_ppm;
  std::optional<double> delay_s;  ///< endpoint_delay
  std::optional<double> gap_s;    ///< presets: between the AZ and the node, or between two AZs
  std::string az;                 ///< presets
  std::optional<FaultRepeat> repeat;
  std::string architecture;  ///< empty: all
  IfAbsent if_absent = IfAbsent::error;
};

struct OperationSpec {
  enum class Kind { add_replica } kind = Kind::add_replica;
  std::string id;  ///< of the new node; empty: made from the kind and its number
  double at_s = 0;
  std::string az;
  std::string architecture;  ///< empty: all
};

struct Expectation {
  std::string architecture;  ///< empty: every architecture
  std::string fault;         ///< judge the metric of this fault
  std::string operation;     ///< ... or of this operation
  std::string clients;       ///< ... or of this client group
  std::string node;          ///< ... or of this replica
  std::string metric;
  std::optional<double> at_most, at_least, less_than, more_than, equals;
  double tolerance = 0;  ///< of equals: absolute
  /// A comparison between architectures: the bound is `factor` x the metric of `than`.
  std::string than;
  enum class Relation {
    none,
    less_than,
    at_most,
    at_least,
    more_than,
    equal
  } relation = Relation::none;
  double factor = 1;
  /// Over several seeds: the share in which it must hold (empty: in every one), and how sure one
  /// must be that it does.
  std::optional<double> in_at_least, confidence;
  std::string because;  ///< printed with the verdict
};

struct BatterySpec {
  bool enabled = true;
  double fault_at_s = 5;
  double duration_s = 30;
  double settle_s = 10;
};

/// The user's own prices: they turn counts into money, and none has a default.
struct PriceList {
  std::string currency;                     ///< of all prices; empty: not named
  std::optional<double> per_million_ios;    ///< storage writes and reads, all nodes
  std::optional<double> per_gb_across_azs;  ///< 10^9 bytes, counted once, where they are sent
  std::optional<double> per_instance_hour;  ///< of each primary, replica and standby
};

struct Scenario {
  std::int64_t scenario_version = 1;
  std::string name, question;
  double duration_s = 60, warmup_s = 5, settle_s = 30;
  std::uint64_t seed = 1;
  NetworkSpec network;
  DataSpec data;
  WorkloadSpec workload;
  std::vector<ArchitectureSpec> architectures;
  std::vector<FaultSpec> faults;
  std::vector<OperationSpec> operations;
  BatterySpec battery;              ///< the standard faults, played when `faults` is empty
  std::optional<PriceList> prices;  ///< none: nothing is said of money
  std::vector<Expectation> expect;
};

}  // namespace writepath
