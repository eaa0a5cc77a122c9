#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iostream>
#include <sstream>

#include "sim/cli/commands.hpp"
#include "sim/cli/model_libraries.hpp"
#include "sim/cli/model_manuals.hpp"
#include "sim/cli/model_options.hpp"
#include "sim/durability/load.hpp"
#include "sim/report/report.hpp"
#include "sim/scenario/load.hpp"
#include "sim/scenario/words.hpp"

namespace writepath::cli {

bool print(const std::string& text) {
  std::size_t done = 0;
  while (done < text.size()) {
    const ssize_t n = write(STDOUT_FILENO, text.data() + done, text.size() - done);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && errno == EPIPE) return true;
    if (n < 0) {
      std::cerr << std::string("writepath: can't write to stdout: ") + std::strerror(errno) + "\n";
      return false;
    }
    done += static_cast<std::size_t>(n);
  }
  return true;
}

namespace {
int code_of_print(const std::string& text) { return print(text) ? exit_holds : exit_results; }

std::string what_it_survives(const ModelRegistry& registry, const ArchitectureSpec& architecture) {
  const ModelFactory* const model = find_model(registry, architecture.model);
  if (!model->survives) return "";
  std::string text;
  for (const Survival& survival : model->survives(architecture))
    text += "  " + architecture.name + ": " + sentence(survival) + "\n";
  return text;
}
/// MODEL.md, built in or beside its library; else the one line that there is.
std::string manual_of(const ModelFactory& model) {
  const std::string_view built_in = model_manual(model.entry.name);
  if (!built_in.empty()) return std::string(built_in);
  std::ifstream file(model.entry.model_md);
  std::ostringstream text;
  if (file && text << file.rdbuf()) return text.str();
  return model.entry.summary + "\n";
}
}  // namespace

int validate_command(const Options& options) {
  const ModelRegistry registry = known_models(options);
  const ModelCatalog catalog = catalog_of(registry);
  if (!options.variants.empty()) return print_variants(options, catalog);
  const auto scenarios = load_all(options, catalog);
  std::string text;
  for (const LoadedScenario& s : scenarios) {
    if (options.resolved) {
      text += resolved_text(s.scenario, catalog);
      continue;
    }
    text += s.file + ": valid\n";
    for (const ArchitectureSpec& architecture : s.scenario.architectures)
      text += what_it_survives(registry, architecture);
  }
  return code_of_print(text);
}

int models_command(const Options& options) {
  const ModelRegistry registry = known_models(options);
  if (options.arguments.empty()) {
    std::size_t width = 0;
    for (const ModelFactory& m : registry) width = std::max(width, m.entry.name.size());
    std::string text;
    for (const ModelFactory& m : registry)
      text +=
          m.entry.name + std::string(width + 2 - m.entry.name.size(), ' ') + m.entry.summary + "\n";
    return code_of_print(text);
  }
  const std::string& name = options.arguments.front();
  const ModelFactory* model = find_model(registry, name);
  if (!model) {
    std::vector<std::string> legal;
    for (const ModelFactory& m : registry) legal.push_back(m.entry.name);
    throw UsageError("unknown model " + writepath::quoted(name) + suggest(name, legal, "models"));
  }
  return code_of_print(manual_of(*model) + "\n" + model_options_text(catalog_of(registry), name));
}

int schema_command(const Options& options) {
  return code_of_print(options.durability ? durability::schema_json()
                                          : schema_json(catalog_of(known_models(options))));
}

int help_command(const Options& options) {
  if (options.arguments.empty()) return code_of_print(help_text(std::nullopt));
  const std::string& name = options.arguments.front();
  const std::optional<Command> command = command_named(name);
  if (!command) throw UsageError("unknown command " + writepath::quoted(name));
  return code_of_print(help_text(command));
}

}  // namespace writepath::cli
