#include "sim/observe/event_writer.hpp"

#include <cstdio>
#include <string>

#include "sim/observe/fact_log.hpp"
#include "tests/catch.hpp"

using namespace writepath;

namespace {

std::string contents(std::FILE* file) {
  std::rewind(file);
  std::string text;
  char part[256];
  while (const std::size_t n = std::fread(part, 1, sizeof part, file)) text.append(part, n);
  return text;
}

}  // namespace

TEST_CASE("facts become lines of JSON") {
  std::FILE* file = std::tmpfile();
  REQUIRE(file);
  {
    EventWriter writer(file, {"db1", "d\"b2"});
    FactLog log;
    log.add_sink(writer);
    log.state(NodeDown{12, NodeId{0}, CrashKind::loss});
    log.state(LogAdvanced{13, NodeId{1}, "vdl", 2, 99});
    log.state(FaultHealed{14, 3});
    log.state(ReadDone{20, 15, no_node, NodeId{0}, 7, {Epoch{1}, CommitSeq{5}}, true});
    REQUIRE(writer.flush());
    REQUIRE(writer.lines() == 4);
  }
  REQUIRE(contents(file) ==
          "{\"t_ns\":12,\"seq\":1,\"node\":\"db1\",\"fact\":\"node_down\",\"crash\":2}\n"
          "{\"t_ns\":13,\"seq\":2,\"node\":\"d\\\"b2\",\"fact\":\"log_advanced\",\"mark\":\"vdl\","
          "\"of\":2,\"value\":99}\n"
          "{\"t_ns\":14,\"seq\":3,\"node\":null,\"fact\":\"fault_healed\",\"fault\":3}\n"
          "{\"t_ns\":20,\"seq\":4,\"node\":null,\"fact\":\"read_done\",\"started_ns\":15,"
          "\"server\":\"db1\",\"key\":7,\"epoch\":1,\"seq_no\":5,\"ok\":true}\n");
  std::fclose(file);
}

TEST_CASE("a file that can't be written is noticed") {
  std::FILE* full = std::fopen("/dev/full", "wb");
  if (!full) return;
  std::setvbuf(full, nullptr, _IONBF, 0);
  EventWriter writer(full, {"db1"});
  writer.on(FaultHealed{14, 3});
  REQUIRE_FALSE(writer.flush());
  std::fclose(full);
}

TEST_CASE("recording does not change the fingerprint, every field does") {
  FactLog one, two, three;
  FactSink nobody;
  one.add_sink(nobody);
  one.state(NodeDown{12, NodeId{0}, CrashKind::loss});
  two.state(NodeDown{12, NodeId{0}, CrashKind::loss});
  three.state(NodeDown{12, NodeId{0}, CrashKind::host});
  REQUIRE(one.fingerprint() == two.fingerprint());
  REQUIRE(one.fingerprint() != three.fingerprint());
}
