#pragma once
// Models from outside: shared libraries that --model-library names.
#include "sim/cli/options.hpp"
#include "sim/model/registry.hpp"

namespace writepath::cli {

/// The built-in models, then those of each library in turn. Libraries stay loaded to the end.
/// Throws UsageError for one that can't be used.
ModelRegistry known_models(const Options& options);

/// FNV-1a of a file's bytes, 16 hexadecimal digits: for manifests. Empty when it can't be read.
std::string hash_of_file(const std::string& file);

/// " --model-library FILE" for each: a part of every command line that reproduces something.
std::string model_library_arguments(const Options& options);

}  // namespace writepath::cli
