#include "sim/trace/trace.hpp"

#include "tests/catch.hpp"

using namespace writepath;
using namespace writepath::trace;

namespace {

Trace two_messages() {
  Trace t;
  t.scenario = "a<b & \"c\"";
  t.architecture = "one";
  t.begin = 5 * ns_per_ms;
  t.end = 7 * ns_per_ms;
  t.number = 3;
  t.of = 9;
  t.latency = 2 * ns_per_ms;
  t.nodes = {{"web 1", "a", Role::client}, {"db", "b", Role::primary}};
  t.messages = {{0, 1, t.begin, t.begin + 1'000'001, 100, "COMMIT", false},
                {1, 0, t.begin + 1'500'000, never, 50, "OK", false}};
  t.spans = {{1, t.begin + 1'100'000, t.begin + 1'400'000, SpanKind::device, "redo flush", 600}};
  t.marks = {{0, t.end, MarkKind::acknowledged, "acknowledged"}};
  t.notes = {"not visible at db2 within the picture"};
  return t;
}

}  // namespace

TEST_CASE("a trace survives the way between processes") {
  const Trace t = two_messages();
  const Trace back = from_wire(to_wire(t));
  REQUIRE(to_wire(back) == to_wire(t));
  REQUIRE(svg({back}) == svg({t}));
  REQUIRE(chrome_json({back}) == chrome_json({t}));
  REQUIRE(back.nodes[0].name == "web 1");
  REQUIRE(back.messages[1].arrived == never);
}

TEST_CASE("times are written exactly") {
  REQUIRE(decimal(1'234'567, 1'000'000) == "1.234567");
  REQUIRE(decimal(1'500, 1'000) == "1.5");
  REQUIRE(decimal(2'000, 1'000) == "2");
  REQUIRE(decimal(-1'050, 1'000) == "-1.05");
}

TEST_CASE("a lost message has no arrow in a Chrome trace") {
  const std::string json = chrome_json({two_messages()});
  const auto count = [&](const std::string& word) {
    std::size_t n = 0;
    for (std::size_t at = json.find(word); at != std::string::npos; at = json.find(word, at + 1))
      ++n;
    return n;
  };
  REQUIRE(count("\"ph\":\"s\"") == 1);
  REQUIRE(count("\"ph\":\"f\"") == 1);
  REQUIRE(count("\"arrived\":false") == 1);
  REQUIRE(json.find("\"ts\":6000.001") != std::string::npos);
}

TEST_CASE("names can't break the diagram") {
  const std::string picture = svg({two_messages()});
  REQUIRE(picture.find("a&lt;b &amp; &quot;c&quot;") != std::string::npos);
  REQUIRE(picture.find("a<b") == std::string::npos);
  REQUIRE(picture.find("did not arrive") != std::string::npos);
}
