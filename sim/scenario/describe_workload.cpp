// Data, clients, transactions: what each key means, and where its default comes from.
#include "sim/scenario/describe.hpp"

namespace writepath {
namespace {

constexpr Range cpu_range{0, 60'000'000};
constexpr double longest_ddl_s = 86'400;
constexpr Range rate_range{0, 1e7, true};

}  // namespace

void describe(Fields& f, DataSpec& data) {
  f.about("The database.");
  f.number("size_gb", data.size_gb, {0, 131'072},
           {"Size: what a new MySQL replica copies; Aurora's volume.", "GB",
            "10: one of the sizes of Verbitski et al., SIGMOD 2017, table 2 (1 GB to 1 TB)"});
  f.number("page_kb", data.page_kb, {1, 64},
           {"Size of a page.", "KiB", "16: InnoDB's default, MySQL reference manual"});
}

void describe(Fields& f, OpenLoop& loop) {
  f.about("Transactions arrive whether or not earlier ones are answered.");
  f.number("rate_per_s", loop.rate_per_s, rate_range,
           {"Mean rate of the whole group, over time.", "per s"}, Presence::required);
  f.choice(
      "arrivals", loop.arrivals,
      {{"poisson", OpenLoop::Arrivals::poisson},
       {"constant", OpenLoop::Arrivals::constant},
       {"bursts", OpenLoop::Arrivals::bursts}},
      {"poisson: exponential gaps; constant: even gaps; bursts: burst_size at once, the bursts "
       "as a Poisson process."});
  f.number("burst_size", loop.burst_size, {1, 1e6},
           {"Transactions that arrive at once, with bursts.", "", "assumption, range 1 to 1000"});
  f.require(loop.burst_size == 1 || loop.arrivals == OpenLoop::Arrivals::bursts, "burst_size",
            [] { return "only makes sense with \"arrivals\": \"bursts\""; }, {"arrivals"});
  f.integer("max_in_flight", loop.max_in_flight, {1, 1e7},
            {"Arrivals beyond so many unanswered ones fail at once, and are counted.", "",
             "assumption, range 1000 to 1000000"});
}

void describe(Fields& f, ClosedLoop& loop) {
  f.about("Each client waits for its answer, thinks, and sends the next transaction.");
  f.integer("clients", loop.clients, {1, 1e6}, {"Clients of the whole group."});
  f.distribution("think_time_ms", loop.think_time_ms, {0, 86'400'000},
                 {"From an answer to the next transaction.", "ms", "0: sysbench's way"});
}

void describe(Fields& f, ClientGroup& group) {
  f.about("A group of clients that behave alike.");
  f.text("name", group.name, TextRule::name, {"Name of the group, unique."}, Presence::required);
  f.texts("azs", group.azs, TextRule::reference,
          {"AZs of the clients; arrivals and clients are dealt to them in turn."}, 1,
          Presence::required);
  f.object("open_loop", group.open_loop, {"Load by rate."});
  f.object("closed_loop", group.closed_loop, {"Load by number of clients."});
  f.number("start_s", group.start_s, moment_range, {"When the group begins.", "s"});
  f.number("stop_s", group.stop_s, moment_range,
           {"When the group stops; left out: duration_s.", "s"});
  f.texts("transactions", group.transactions, TextRule::reference,
          {"Names of the transactions that it sends, by their weights; empty: all."});
  f.text("shared_cpu", group.shared_cpu, TextRule::reference,
         {"The clients run on these processors, which nodes name as their shared_cpu; left out: on "
          "processors of their own."});
  f.number("answer_cpu_us", group.answer_cpu_us, cpu_range,
           {"Processor time that a client takes for each answer, before it goes on.", "us",
            "0: clients are never the bottleneck; measurement: 16 for a load generator on the "
            "servers' own core (66 us of a transaction of four answers)"});
  f.exactly_one_of({"open_loop", "closed_loop"});
  f.require(!group.stop_s || group.start_s < *group.stop_s, "stop_s",
            [] { return std::string("must be after start_s"); }, {"start_s"});
}

void describe(Fields& f, TransactionType& txn) {
  f.about("A kind of transaction.");
  f.text("name", txn.name, TextRule::name, {"Name of the transaction, unique."},
         Presence::required);
  f.number("weight", txn.weight, {0, 1e9}, {"Share among the transactions of the mix."});
  f.integer("statements", txn.statements, {1, 10'000},
            {"Each is a round trip before the COMMIT, unless autocommit."});
  f.boolean("autocommit", txn.autocommit,
            {"The only statement's request carries the COMMIT: one round trip in all."});
  f.integer("rows_written", txn.rows_written, {0, 1e7}, {"Each row is one key."});
  f.integer("redo_bytes", txn.redo_bytes, {0, 1e10},
            {"Redo log of the whole transaction.", "bytes", "assumption, range 200 to 5000"});
  f.integer("binlog_bytes", txn.binlog_bytes, {0, 1e10},
            {"Binlog of the whole transaction.", "bytes",
             "450: half of the 905 bytes measured for two changed rows with MariaDB 10.11, row "
             "format; range 200 to 5000"});
  f.integer("pages_dirtied", txn.pages_dirtied, {0, 1e7},
            {"Pages changed by the whole transaction.", "", "assumption, range 1 to 10"});
  f.number(
      "statement_cpu_us", txn.statement_cpu_us, cpu_range,
      {"Processor time of one statement at the primary.", "us", "assumption, range 10 to 500"});
  f.boolean(
      "ddl", txn.ddl,
      {"It changes the schema (ALTER TABLE). It writes no rows; at the primary others go on "
       "beside it, as with an online ALTER. MySQL's replicas apply it alone: after all before "
       "it, before all after it. Aurora's readers get its redo like any other."});
  f.number("ddl_s", txn.ddl_s, {0, longest_ddl_s},
           {"DDL: processor time of the change, at the primary and again at each MySQL replica.",
            "s", "assumption, range 0.01 (instant) to hours (a rebuilt table)"});
  f.require(txn.ddl || txn.ddl_s == 0, "ddl_s",
            [] { return std::string("only makes sense with ddl"); }, {"ddl"});
  f.require(!txn.ddl || txn.rows_written == 0, "rows_written",
            [] { return std::string("must be 0 with ddl: it writes no rows of its own"); },
            {"ddl"});
  f.require(!txn.autocommit || txn.statements == 1, "autocommit",
            [] { return std::string("needs statements to be 1"); }, {"statements"});
}

void describe(Fields& f, KeySpec& keys) {
  f.about("Which rows the transactions write and the reads read.");
  f.integer("count", keys.count, {1, 1e12},
            {"Number of rows.", "", "assumption, range 1000 to 1000000000"});
  f.choice("distribution", keys.distribution,
           {{"uniform", KeySpec::Shape::uniform}, {"zipf", KeySpec::Shape::zipf}},
           {"How often each is chosen."});
  f.number("zipf_exponent", keys.zipf_exponent, {0, 10},
           {"Skew, with zipf: the k-th row is chosen in proportion to k^-exponent.", "",
            "0.99: YCSB's default; assumption, range 0.5 to 1.5"});
  f.require(
      keys.zipf_exponent == KeySpec{}.zipf_exponent || keys.distribution == KeySpec::Shape::zipf,
      "zipf_exponent", [] { return "only makes sense with \"distribution\": \"zipf\""; },
      {"distribution"});
}

void describe(Fields& f, ReadLoad& reads) {
  f.about("Reads of single rows, beside the transactions; an open loop.");
  f.number("rate_per_s", reads.rate_per_s, rate_range, {"Poisson arrivals.", "per s"},
           Presence::required);
  f.choice("target", reads.target,
           {{"primary", ReadLoad::Target::primary},
            {"replicas", ReadLoad::Target::replicas},
            {"any", ReadLoad::Target::any}},
           {"Which nodes are asked, in turn."});
  f.texts("azs", reads.azs, TextRule::reference, {"AZs of the reading clients; empty: every AZ."});
  f.number("cpu_us", reads.cpu_us, cpu_range,
           {"Processor time of one read.", "us", "assumption, range 10 to 500"});
}

void describe(Fields& f, SessionSpec& session) {
  f.about("How clients behave when the answer does not come.");
  f.number("timeout_s", session.timeout_s, {0.001, 86'400},
           {"Of one request.", "s", "assumption, range 1 to 60"});
  f.number("connect_timeout_s", session.connect_timeout_s, {0.001, 86'400},
           {"Of one attempt to connect.", "s", "assumption, range 1 to 10"});
  f.integer("retries", session.retries, {0, 1e6},
            {"Of a transaction whose COMMIT was never sent.", "", "assumption, range 0 to 100"});
  f.number(
      "retry_backoff_ms", session.retry_backoff_ms, {0, 3'600'000},
      {"Wait before the first retry; doubles each time.", "ms", "assumption, range 10 to 1000"});
  f.number("retry_backoff_max_ms", session.retry_backoff_max_ms, {0, 3'600'000},
           {"Longest wait before a retry.", "ms", "assumption, range 1000 to 30000"});
  f.boolean("retry_unknown", session.retry_unknown,
            {"Try again, too, when COMMIT was sent and no answer came: what had committed after "
             "all is then there twice. Without it the client reports the doubt.",
             "",
             "false: MySQL's and PostgreSQL's drivers report the lost connection; true, as "
             "applications with blind retries: assumption"});
  f.number("endpoint_ttl_s", session.endpoint_ttl_s, {0, 86'400},
           {"A client keeps the endpoint's address so long.", "s",
            "5: TTL of Aurora's endpoints, AWS Database Blog, 'Improve application availability on "
            "Amazon Aurora'"});
  f.integer("max_connections", session.max_connections, {1, 1e6},
            {"Of one client node; further transactions wait.", "",
             "1000: connections of each of four clients in AWS's Aurora performance assessment, "
             "2015"});
  f.require(session.retry_backoff_ms <= session.retry_backoff_max_ms, "retry_backoff_max_ms",
            [] { return std::string("must be at least retry_backoff_ms"); }, {"retry_backoff_ms"});
}

void describe(Fields& f, ProbeSpec& probe) {
  f.about("Probes from every AZ that measure how long writes and reads are unavailable.");
  f.boolean("enabled", probe.enabled, {"Probe in runs with faults."});
  f.number("rate_per_s", probe.rate_per_s, {0.01, 1'000},
           {"Probes of each AZ.", "per s", "assumption, range 1 to 100"});
  f.number("timeout_s", probe.timeout_s, {0.001, 3'600},
           {"A probe unanswered so long has failed.", "s", "assumption, range 0.1 to 10"});
}

void describe(Fields& f, HeartbeatSpec& heartbeat) {
  f.about(
      "pt-heartbeat: a row that is updated beside the primary with its clock's time, and read on "
      "each replica. A replica's heartbeat lag is its own clock less the newest row's stamp less "
      "skew_s, never below 0. Its transactions add load, and count nowhere else.");
  f.boolean("enabled", heartbeat.enabled,
            {"Run it. Off by default: an operator's tool, not a part of the database."});
  f.number("interval_s", heartbeat.interval_s, {0.01, 3'600},
           {"From one update to the next, on whole intervals of the primary's clock; each replica "
            "is read as often.",
            "s", "pt-heartbeat manual, --interval, default 1.0, finest 0.01"});
  f.number("skew_s", heartbeat.skew_s, {0, 3'600},
           {"Readings come so long after whole intervals of the replica's clock.", "s",
            "pt-heartbeat manual, --skew, default 0.5"});
}

void describe(Fields& f, RegisterSpec& registers) {
  f.about(
      "Registers: a few rows that clients write and read, each write with a value of its own. The "
      "run's history of them is checked for linearizability and session guarantees, and can be "
      "written in Jepsen's form (writepath run --history). Adds load, and counts nowhere else.");
  f.boolean("enabled", registers.enabled,
            {"Run them. Off by default: a test of the database, not a part of it."});
  f.integer("count", registers.count, {1, 1'000},
            {"Rows, beside those of keys.", "", "assumption, range 1 to 100"});
  f.integer("clients_per_az", registers.clients_per_az, {1, 1'000},
            {"Clients in each AZ; each has one operation under way at a time.", "",
             "assumption, range 1 to 20"});
  f.distribution("think_time_ms", registers.think_time_ms, {0, 86'400'000},
                 {"From the end of an operation to the next one of the same client.", "ms",
                  "exponential, mean 50: assumption, range 1 to 1000"});
  f.number("read_share", registers.read_share, {0, 1},
           {"Share of reads among the operations.", "", "0.5: assumption, range 0.1 to 0.9"});
  f.choice("target", registers.target,
           {{"primary", ReadLoad::Target::primary},
            {"replicas", ReadLoad::Target::replicas},
            {"any", ReadLoad::Target::any}},
           {"Which nodes are asked for reads. Only with primary can a history be linearizable."});
  f.boolean("sticky", registers.sticky,
            {"A client's reads stay with the node that it chose first for as long as that answers; "
             "else they go to each in turn."});
  f.require(!registers.sticky || registers.target != ReadLoad::Target::primary, "sticky",
            [] { return "only makes sense with \"target\": \"replicas\" or \"any\""; }, {"target"});
  f.number("timeout_s", registers.timeout_s, {0.001, 3'600},
           {"An operation unanswered so long has ended: a read without effect, a write in doubt.",
            "s", "assumption, range 0.5 to 10"});
  f.number("cpu_us", registers.cpu_us, cpu_range,
           {"Processor time of one read.", "us", "assumption, range 10 to 500"});
}

void describe(Fields& f, WorkloadSpec& workload) {
  f.about("Clients, transactions and reads: the same for every architecture.");
  f.list("clients", workload.clients, 1, {"Groups of clients."}, Presence::required);
  f.list("transactions", workload.transactions, 1,
         {"The mix; left out: one transaction named insert, with the defaults."});
  f.object("keys", workload.keys, {"The rows."});
  f.list("reads", workload.reads, 0, {"Reads beside the transactions."});
  f.object("session", workload.session, {"Timeouts and retries of the clients."});
  f.object("probe", workload.probe, {"Measures unavailability."});
  f.object("heartbeat", workload.heartbeat, {"Measures replica lag as pt-heartbeat does."});
  f.object("registers", workload.registers, {"A history to be checked."});
}

}  // namespace writepath
