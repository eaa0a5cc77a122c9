#pragma once
// Fields that write: every value, defaults included, in the order of its description.
#include "sim/scenario/json_node.hpp"
#include "sim/scenario/model_catalog.hpp"

namespace writepath {

/// The resolved scenario as a document. What has no value (an optional that is left out, an empty
/// optional text) is left out; reading the result gives the same scenario.
JsonNode write_scenario(const Scenario&, const ModelCatalog&);

/// What the body writes, as an object: the defaults of a nested object, for the schema.
JsonNode write_fields(const std::function<void(Fields&)>& body);

}  // namespace writepath
