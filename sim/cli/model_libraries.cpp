#include "sim/cli/model_libraries.hpp"

#include <dlfcn.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "sim/cli/run_plan.hpp"
#include "sim/model/library.hpp"
#include "sim/scenario/words.hpp"

namespace writepath::cli {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void refuse(const std::string& file, const std::string& why) {
  throw UsageError("--model-library " + writepath::quoted(file) + ": " + why);
}

std::string abi_words(std::uint64_t abi) {
  return std::to_string(abi >> 32) + "." + std::to_string(abi & 0xffffffff);
}

/// Opened lazily: a library for another version must come as far as the check of its number, even
/// if it asks for functions that this program does not have.
void* open_checked(const std::string& file, const std::string& path) {
  void* const library = dlopen(path.c_str(), RTLD_LAZY | RTLD_LOCAL);
  if (library == nullptr) refuse(file, std::string("can't be loaded: ") + dlerror());
  const void* const abi = dlsym(library, "writepath_model_abi");
  if (abi == nullptr)
    refuse(file,
           "has no symbol writepath_model_abi: it is no library of models (see "
           "WRITEPATH_MODEL_LIBRARY in sim/model/library.hpp)");
  const std::uint64_t its = *static_cast<const std::uint64_t*>(abi);
  if (its != model_abi)
    refuse(file, "was built for model ABI " + abi_words(its) + "; this program has " +
                     abi_words(model_abi) + ". Build it anew against this program's headers");
  if (dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL) == nullptr)
    refuse(file, std::string("asks for what this program does not have: ") + dlerror());
  return library;
}

bool is_a_name(const std::string& name) {
  return !name.empty() && name.size() <= 64 &&
         name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789._-") == std::string::npos;
}

/// What a factory may leave out is filled in; what it must have is asked for.
void complete(ModelFactory& model, const std::string& file, const fs::path& folder) {
  const std::string name = writepath::quoted(model.entry.name);
  if (!is_a_name(model.entry.name))
    refuse(file, "registers a model named " + name + ": names are made of a-z, 0-9, '.', '_', '-'");
  if (!model.make) refuse(file, "model " + name + " has no function `make`");
  if (!model.entry.make_options)
    model.entry.make_options = [] { return std::make_shared<ModelOptions>(); };
  if (!model.entry.describe)
    model.entry.describe = [](Fields&, ModelOptions&, const ArchitectureSpec&, const Scenario&) {};
  if (!model.entry.roles)
    model.entry.roles = [](const ArchitectureSpec&) { return std::vector<NodeRole>{}; };
  if (!model.entry.model_md.empty())
    model.entry.model_md = (folder / model.entry.model_md).string();
}

void load(const std::string& file, ModelRegistry& known) {
  std::error_code error;
  const fs::path path = fs::canonical(file, error);
  if (error) refuse(file, error.message());
  if (fs::is_directory(path)) refuse(file, "is a folder, not a shared library");
  void* const library = open_checked(file, path.string());
  using Register = void (*)(ModelRegistry&);
  const auto enter = reinterpret_cast<Register>(dlsym(library, "writepath_register_models"));
  if (enter == nullptr) refuse(file, "has no function writepath_register_models");
  ModelRegistry its;
  try {
    enter(its);
  } catch (const std::exception& failure) {
    refuse(file, std::string("failed to register its models: ") + failure.what());
  }
  if (its.empty()) refuse(file, "registers no model");
  for (ModelFactory& model : its) {
    complete(model, file, path.parent_path());
    if (find_model(known, model.entry.name) != nullptr)
      refuse(file, "registers the model " + writepath::quoted(model.entry.name) +
                       ", which is known already: built in, or from a library before this one");
    known.push_back(std::move(model));
  }
}

}  // namespace

ModelRegistry known_models(const Options& options) {
  ModelRegistry known = builtin_models();
  for (const std::string& file : options.model_libraries) load(file, known);
  return known;
}

std::string hash_of_file(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return "";
  return hash_of(std::string(std::istreambuf_iterator<char>(in), {}));
}

std::string model_library_arguments(const Options& options) {
  std::string text;
  for (const std::string& file : options.model_libraries)
    text += " --model-library " + shell_quoted(file);
  return text;
}

}  // namespace writepath::cli
