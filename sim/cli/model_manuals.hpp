#pragma once
// models/*/MODEL.md, built into the program (model_manuals.cpp is made by CMake).
#include <string_view>

namespace writepath::cli {

/// "" when the model has none.
std::string_view model_manual(std::string_view model);

}  // namespace writepath::cli
