#include "sim/cli/provenance.hpp"

#include "sim/cli/model_libraries.hpp"

namespace writepath::cli {
namespace {

// Given by CMake: the project's version, and SimGrid's as pkg-config knows it.
constexpr const char* version = WRITEPATH_VERSION;
constexpr const char* simgrid_version = WRITEPATH_SIMGRID_VERSION;

std::string compiler() {
#ifdef __clang__
  return "clang++ " + std::to_string(__clang_major__) + "." + std::to_string(__clang_minor__) +
         "." + std::to_string(__clang_patchlevel__);
#else
  return "g++ " + std::to_string(__GNUC__) + "." + std::to_string(__GNUC_MINOR__) + "." +
         std::to_string(__GNUC_PATCHLEVEL__);
#endif
}

}  // namespace

JsonNode provenance(const Options& options) {
  JsonNode node = JsonNode::object();
  node.add("version", JsonNode::of(std::string(version)));
  node.add("compiler", JsonNode::of(compiler()));
  node.add("build", JsonNode::of(std::string(WRITEPATH_BUILD)));
  node.add("simgrid", JsonNode::of(std::string(simgrid_version)));
  JsonNode& used = node.add("options", JsonNode::object());
  used.add("engine", JsonNode::of(std::string(options.stepped ? "stepped" : "drained")));
  used.add("network",
           JsonNode::of(std::string(options.simgrid_network ? "simgrid" : "closed-form")));
  JsonNode& sets = used.add("set", JsonNode::list());
  for (const std::string& set : options.sets) sets.items.push_back(JsonNode::of(set));
  if (!options.prices.empty()) used.add("prices", JsonNode::of(options.prices));
  if (!options.model_libraries.empty()) {
    JsonNode& libraries = used.add("model_libraries", JsonNode::list());
    for (const std::string& file : options.model_libraries) {
      JsonNode library = JsonNode::object();
      library.add("file", JsonNode::of(file));
      library.add("hash", JsonNode::of(hash_of_file(file)));
      libraries.items.push_back(std::move(library));
    }
  }
  return node;
}

std::string version_text() {
  return std::string("writepath ") + version + " (" + compiler() + ", SimGrid " + simgrid_version +
         ")";
}

}  // namespace writepath::cli
