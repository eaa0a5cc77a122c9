#pragma once
// A model's options as text for `writepath models NAME`, made from the same description as the
// schema.
#include <string>

#include "sim/scenario/model_catalog.hpp"

namespace writepath::cli {

std::string model_options_text(const ModelCatalog& catalog, const std::string& model);

}  // namespace writepath::cli
