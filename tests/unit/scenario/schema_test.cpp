#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/catch.hpp"
#include "tests/unit/scenario/fixtures.hpp"

using namespace writepath;
using nlohmann::json;

namespace {

const json& schema() {
  static const json parsed = json::parse(schema_json(fixtures::catalog()));
  return parsed;
}

/// Every object schema with properties, those in $defs included.
void each_object(const json& node, const std::function<void(const json&)>& visit) {
  if (node.is_object() && node.contains("properties") && node.contains("type")) visit(node);
  if (node.is_structured())
    for (const json& child : node) each_object(child, visit);
}

}  // namespace

TEST_CASE("the schema describes every key", "[scenario]") {
  CHECK(schema()["$schema"] == "https://json-schema.org/draft/2020-12/schema");
  int keys = 0;
  each_object(schema(), [&keys](const json& object) {
    CHECK(object.at("additionalProperties") == false);
    for (const auto& [key, property] : object.at("properties").items()) {
      CAPTURE(key);
      ++keys;
      CHECK(property.contains("description"));
    }
    for (const json& key : object.value("required", json::array()))
      CHECK(object.at("properties").contains(key.get<std::string>()));
  });
  CHECK(keys > 150);
}

TEST_CASE("each default of a number lies in its range and names its source", "[scenario]") {
  each_object(schema(), [](const json& object) {
    for (const auto& [key, property] : object.at("properties").items()) {
      if (!property.contains("default") || !property.at("default").is_number()) continue;
      CAPTURE(key);
      const double value = property.at("default");
      if (property.contains("minimum")) CHECK(value >= property.at("minimum").get<double>());
      if (property.contains("exclusiveMinimum"))
        CHECK(value > property.at("exclusiveMinimum").get<double>());
      if (property.contains("maximum")) CHECK(value <= property.at("maximum").get<double>());
    }
  });
}

TEST_CASE("options of a model are legal for that model", "[scenario]") {
  const json& architecture = schema()["properties"]["architectures"]["items"];
  CHECK(architecture["properties"]["model"]["enum"] == json({"mysql_binlog", "aurora_quorum"}));
  REQUIRE(architecture["allOf"].size() == 2);
  CHECK(architecture["allOf"][1]["if"]["properties"]["model"]["const"] == "aurora_quorum");
  CHECK(architecture["allOf"][1]["then"]["properties"]["options"]["$ref"] ==
        "#/$defs/options_of_aurora_quorum");
  CHECK(schema()["$defs"]["options_of_aurora_quorum"]["properties"]["wait"]["default"] == "some");
  CHECK(schema()["$defs"]["device"]["properties"].contains("flush_ms"));
}
