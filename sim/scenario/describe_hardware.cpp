// Network, devices, nodes: what each key means, and where its default comes from.
#include "sim/scenario/describe.hpp"
#include "sim/scenario/words.hpp"

namespace writepath {
namespace {

constexpr Range rtt_range{0, 10'000};
constexpr Range bandwidth_range{0, 100'000, true};
constexpr Range loss_range{0, 0.5};
constexpr Range multiplier_range{0, 1'000};
constexpr Range latency_range{0, 3'600'000};

}  // namespace

DeviceSpec default_device(StorageKind kind) {
  if (kind == StorageKind::local)
    return {.flush_ms = {Lognormal{0.783, 2.38}},
            .read_ms = {Lognormal{0.1, 0.4}},
            .iops = 100'000,
            .bandwidth_mb_per_s = 1'000,
            .max_io_kb = 256};
  return {.flush_ms = {Lognormal{0.5, 1.5}},
          .read_ms = {Lognormal{0.5, 1.5}},
          .iops = 30'000,
          .bandwidth_mb_per_s = 1'000,
          .max_io_kb = 256};
}

void describe(Fields& f, Region& region) {
  f.about("A region and its availability zones.");
  f.text("name", region.name, TextRule::name, {"Name of the region, unique."}, Presence::required);
  f.texts("azs", region.azs, TextRule::name,
          {"Names of its availability zones, unique over all regions."}, 1, Presence::required);
}

void describe(Fields& f, NetworkLevel& level) {
  f.about("One level of the network: within an AZ, between AZs, or between regions.",
          "network_level");
  f.number("rtt_ms", level.rtt_ms, rtt_range,
           {"Unloaded round trip between two nodes, median; one way takes half of it.", "ms",
            "within an AZ 0.2: assumption, range 0.1 to 0.3; between AZs 0.82: pings in eu-west-1, "
            "November 2022 (lukasliesis.medium.com); between regions 80: assumption, range 10 to "
            "250"});
  f.distribution("jitter", level.jitter, multiplier_range,
                 {"Multiplies each one-way latency; should have median 1.", "",
                  "lognormal, median 1 and p99 1.6: assumption, range of p99 1 to 3"});
  f.number("bandwidth_gbps", level.bandwidth_gbps, bandwidth_range,
           {"Of each direction of the path, shared by the flows that cross it.", "Gbit/s",
            "10: network link of Verbitski et al., SIGMOD 2017, S2.2; between regions 5: limit of "
            "a single flow, Amazon EC2 user guide"});
  f.number("loss_probability", level.loss_probability, loss_range,
           {"That a message is lost on its way; it then costs a retransmission timeout.", "",
            "assumption, range 0 to 0.001"});
}

void describe(Fields& f, LinkOverride& link) {
  f.about(
      "What differs between two AZs (or within one, when both ends are the same) from their level; "
      "keys left out keep the level's value.");
  f.text("from", link.from, TextRule::reference, {"Name of an AZ."}, Presence::required);
  f.text("to", link.to, TextRule::reference, {"Name of an AZ."}, Presence::required);
  f.boolean("one_way", link.one_way,
            {"Only the direction from -> to is meant; otherwise both directions."});
  f.number("rtt_ms", link.rtt_ms, rtt_range,
           {"Unloaded round trip; a single direction takes half of it.", "ms"});
  f.distribution("jitter", link.jitter, multiplier_range, {"Multiplies each one-way latency."});
  f.number("bandwidth_gbps", link.bandwidth_gbps, bandwidth_range,
           {"Of each direction of the path.", "Gbit/s"});
  f.number("loss_probability", link.loss_probability, loss_range, {"That a message is lost."});
  f.require(link.rtt_ms || link.jitter || link.bandwidth_gbps || link.loss_probability, "",
            [] {
              return std::string(
                  "overrides nothing: give rtt_ms, jitter, bandwidth_gbps or loss_probability");
            },
            {"rtt_ms", "jitter", "bandwidth_gbps", "loss_probability"});
}

void describe(Fields& f, NetworkSpec& network) {
  f.about("Regions, availability zones (AZs), and the network between them.");
  f.list("regions", network.regions, 1,
         {"Regions; left out: one region r1 with the AZs a, b and c.", "",
          "three AZs: Verbitski et al., SIGMOD 2017, S2.1"});
  f.object("intra_az", network.intra_az, {"Between two nodes of one AZ."});
  f.object("inter_az", network.inter_az, {"Between two AZs of one region."});
  f.object("inter_region", network.inter_region, {"Between two regions."});
  f.list("links", network.links, 0, {"Overrides for single links, the last one wins."});
  f.number("tcp_min_rto_ms", network.tcp_min_rto_ms, {1, 60'000},
           {"Added to the round trip: the first retransmission timeout; it doubles each time.",
            "ms", "200: TCP_RTO_MIN of Linux; assumption, range 5 to 200 in tuned data centres"});
  f.number("tcp_user_timeout_s", network.tcp_user_timeout_s, {0.1, 86'400},
           {"Unacknowledged data older than this closes a connection.", "s",
            "924.6: Linux kernel documentation, ip-sysctl, tcp_retries2 = 15"});
}

void describe(Fields& f, DeviceSpec& device) {
  f.about(
      "A storage device: requests pass a server at `iops` and `bandwidth_mb_per_s`, then take a "
      "latency. Keys left out take the default of the node's kind of storage.",
      "device");
  f.distribution("flush_ms", device.flush_ms, latency_range,
                 {"Latency of a flush (fsync) or of a write-through page write.", "ms",
                  "local: median 0.783, p99 2.38, fio fdatasync of 2,300 B published by IBM on "
                  "habr.com; attached: median 0.5, p99 1.5, io2 Block Express averages under 0.5 "
                  "ms at 16 KiB (Amazon EC2 user guide), p99: assumption, range 0.8 to 5"});
  f.distribution("read_ms", device.read_ms, latency_range,
                 {"Latency of a read.", "ms",
                  "local: median 0.1, p99 0.4: assumption, range of the median 0.05 to 0.5; "
                  "attached: as its flush"});
  f.number("iops", device.iops, {0, 1e9, true},
           {"Requests per second.", "per s",
            "local 100000: assumption, range 10000 to 1000000; attached 30000: Verbitski et al., "
            "SIGMOD 2017, S6.1"});
  f.number(
      "bandwidth_mb_per_s", device.bandwidth_mb_per_s, {0, 1e6, true},
      {"Bytes per second, reads and writes together.", "MB/s", "assumption, range 125 to 4000"});
  f.number("max_io_kb", device.max_io_kb, {0, 1e6, true},
           {"A larger request counts as several.", "KiB", "assumption, range 16 to 1024"});
}

void describe(Fields& f, ClockSpec& clock) {
  f.about("The node's own clock, which heartbeats and Seconds_Behind_Source read.");
  f.number("offset_ms", clock.offset_ms, {-86'400'000, 86'400'000},
           {"The node's clock minus true time at the start.", "ms", "assumption, range -10 to 10"});
  f.number("drift_ppm", clock.drift_ppm, {-10'000, 10'000},
           {"Rate of the node's clock minus that of true time.", "ppm",
            "assumption, range -200 to 200"});
}

void describe(Fields& f, NodeSpec& node) {
  f.about("A node of an architecture.");
  f.text("id", node.id, TextRule::name, {"Name of the node, unique within the architecture."},
         Presence::required);
  f.choice("role", node.role,
           {{"primary", NodeRole::primary},
            {"replica", NodeRole::replica},
            {"storage", NodeRole::storage},
            {"monitor", NodeRole::monitor}},
           {"What the node is when the run begins; exactly one is the primary."},
           Presence::required);
  f.text("az", node.az, TextRule::reference, {"Name of the AZ that it stands in."},
         Presence::required);
  f.choice("storage", node.storage, storage_kind_words(),
           {"local: a disk in the host, gone with it; attached: a volume that outlives the host."});
  DeviceSpec device = node.device.value_or(default_device(node.storage));
  f.object("device", device, {"Its storage device; the default shown is that of local storage."});
  node.device = device;
  f.integer("cpus", node.cpus, {1, 4'096},
            {"Processors of the host.", "", "32: r3.8xlarge, Verbitski et al., SIGMOD 2017, S6.1"});
  f.number("cpu_speed", node.cpu_speed, {0.01, 100},
           {"Speed of each processor; every CPU time of the scenario is divided by it.", "",
            "1: the processor that the CPU times are given for; assumption, range 0.25 to 4"});
  f.text("host", node.host, TextRule::name,
         {"Nodes with the same host share its processors; left out: a host of its own."});
  f.text("shared_cpu", node.shared_cpu, TextRule::name,
         {"Nodes and client groups that name the same one share its processors, though they are "
          "machines of their own (containers on one machine, a laboratory)."});
  f.require(node.host.empty() || node.shared_cpu.empty(), "shared_cpu",
            [] { return std::string("can't stand together with host: give one of the two"); },
            {"host"});
  f.number("nic_gbps", node.nic_gbps, {0, 10'000, true},
           {"Bandwidth of the host's network interface, each direction.", "Gbit/s",
            "10: network link of Verbitski et al., SIGMOD 2017, S2.2"});
  f.object("clock", node.clock, {"Its clock."});
}

}  // namespace writepath
