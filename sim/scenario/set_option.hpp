#pragma once
// `--set /json/pointer=VALUE`: changes the document before it is read.
#include <string>

#include "sim/scenario/json_node.hpp"
#include "sim/scenario/mistakes.hpp"

namespace writepath {

/// Splits at the first '='; the value is JSON, else a text. A number indexes a list, "-" appends to
/// it, and any other word selects the element whose "name" or "id" it is. Missing keys are created
/// (the reader then refuses those that it doesn't know). `source` goes into the places of what is
/// set.
void apply_set(JsonNode& root, const std::string& option, int source, Mistakes&);

}  // namespace writepath
