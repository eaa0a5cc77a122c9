#include "sim/scenario/load.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "sim/core/random.hpp"
#include "sim/scenario/describe.hpp"
#include "sim/scenario/json_parse.hpp"
#include "sim/scenario/reader.hpp"
#include "sim/scenario/set_option.hpp"
#include "sim/scenario/validate.hpp"
#include "sim/scenario/words.hpp"
#include "sim/scenario/writer.hpp"

namespace writepath {
namespace {

constexpr std::size_t largest_file = 16 * 1024 * 1024;
constexpr std::int64_t newest_version = 1;

/// The whole of a regular file, or why it can't be read.
std::string read_file(const std::string& path, std::string& text) {
  // Without O_NONBLOCK opening a FIFO would wait for a writer.
  const int file = ::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  if (file < 0) return std::string("can't be opened: ") + std::strerror(errno);
  struct Closer {
    int file;
    ~Closer() { ::close(file); }
  } closer{file};
  struct stat status {};
  if (::fstat(file, &status) != 0) return std::string("can't be read: ") + std::strerror(errno);
  if (S_ISDIR(status.st_mode)) return "is a directory, not a scenario file";
  if (!S_ISREG(status.st_mode)) return "is not a regular file";
  std::vector<char> buffer(64 * 1024);
  while (text.size() <= largest_file) {
    const ssize_t n = ::read(file, buffer.data(), buffer.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return std::string("can't be read: ") + std::strerror(errno);
    if (n == 0) return "";
    text.append(buffer.data(), static_cast<std::size_t>(n));
  }
  return "";  // too large; the caller sees that
}

/// What must be right before anything else is worth reading: is this JSON text at all?
std::string refuse_at_sight(std::string& text) {
  if (text.size() > largest_file) return "is larger than 16 MiB";
  if (text.substr(0, 3) == "\xEF\xBB\xBF") text.erase(0, 3);
  const std::string begin = text.substr(0, 2);
  if (begin == "\xFF\xFE" || begin == "\xFE\xFF") return "is UTF-16: save the file as UTF-8";
  if (text.find_first_not_of(json_blank) == std::string::npos) return "is empty";
  return "";
}

/// A newer file may mean anything by its keys: its version alone is reported.
bool is_newer(const JsonNode& root, Mistakes& mistakes) {
  const JsonMember* version = root.member("scenario_version");
  if (!version || !version->value.is(JsonNode::Type::number) ||
      version->value.number <= static_cast<double>(newest_version))
    return false;
  mistakes = {};
  mistakes.add(version->value.place, "/scenario_version",
               "this program reads up to version " + std::to_string(newest_version) +
                   "; the file is of version " + shown(version->value));
  return true;
}

void name_operations(Scenario& scenario) {
  std::size_t number = 0;
  for (OperationSpec& operation : scenario.operations) {
    ++number;
    if (operation.id.empty()) operation.id = to_text(operation.kind) + "-" + std::to_string(number);
  }
}

/// Options come last, when a model can look at all the rest.
void read_options(Reading& reading, const Scenario& scenario) {
  for (const PendingOptions& pending : reading.pending) {
    ArchitectureSpec& architecture = *pending.architecture;
    const auto entry = std::find_if(
        reading.catalog.begin(), reading.catalog.end(),
        [&](const ModelEntry& candidate) { return candidate.name == architecture.model; });
    if (pending.node && !pending.node->is(JsonNode::Type::object)) continue;
    const bool rules_make_sense = !reading.mistakes.touch(pending.pointer + "/nodes") &&
                                  !reading.mistakes.touch("/network/regions");
    const std::shared_ptr<ModelOptions> options = entry->make_options();
    Reader reader(reading, pending.node, pending.pointer + "/options",
                  pending.node ? pending.node->place : pending.place);
    if (!rules_make_sense) reader.mute_rules();
    entry->describe(reader, *options, architecture, scenario);
    reader.finish();
    architecture.options = options;
  }
}

std::optional<Scenario> read_scenario(const JsonNode& root, const ModelCatalog& catalog,
                                      const MetricNames& metrics, Mistakes& mistakes) {
  if (!root.is(JsonNode::Type::object)) {
    mistakes.add(root.place, "", std::string("a scenario must be an object, not ") + shown(root));
    return std::nullopt;
  }
  if (is_newer(root, mistakes)) return std::nullopt;
  Scenario scenario;
  Reading reading{mistakes, catalog, {}};
  Reader reader(reading, &root, "", root.place);
  describe(reader, scenario);
  reader.finish();
  name_operations(scenario);
  read_options(reading, scenario);
  Validation(scenario, root, catalog, metrics, mistakes).check_all();
  if (!mistakes.empty()) return std::nullopt;
  return scenario;
}

std::string hash_of(const std::string& text) {
  std::string digits(16, '0');
  std::uint64_t hash = fnv1a(text);
  for (auto digit = digits.rbegin(); digit != digits.rend(); ++digit, hash >>= 4)
    *digit = "0123456789abcdef"[hash & 15];
  return digits;
}

void report(const Mistakes& mistakes, const std::string& label,
            const std::vector<std::string>& sets, LoadResult& result) {
  for (const Mistake& mistake : mistakes.sorted()) {
    const Place& place = mistake.place;
    if (place.source == 0)
      result.diagnostics.push_back(
          {label, place.line, place.column, mistake.pointer, mistake.message});
    else
      result.diagnostics.push_back({"--set " + sets[static_cast<std::size_t>(place.source) - 1], 0,
                                    0, mistake.pointer, mistake.message});
  }
}

}  // namespace

std::string to_text(const Diagnostic& diagnostic) {
  std::string text = diagnostic.file;
  if (diagnostic.line > 0)
    text += ":" + std::to_string(diagnostic.line) + ":" + std::to_string(diagnostic.column);
  if (!diagnostic.pointer.empty()) text += ": " + diagnostic.pointer;
  return text + ": " + diagnostic.message;
}

LoadResult load_scenario_text(std::string text, const std::string& label,
                              const std::vector<std::string>& sets, const ModelCatalog& catalog,
                              const MetricNames& metrics) {
  LoadResult result;
  const std::string refusal = refuse_at_sight(text);
  if (!refusal.empty()) {
    result.diagnostics.push_back({label, 0, 0, "", refusal});
    return result;
  }
  ParsedJson parsed = parse_json(text, 0);
  if (parsed.root) {
    for (std::size_t i = 0; i < sets.size(); ++i)
      apply_set(*parsed.root, sets[i], static_cast<int>(i) + 1, parsed.mistakes);
    result.scenario = read_scenario(*parsed.root, catalog, metrics, parsed.mistakes);
  }
  report(parsed.mistakes, label, sets, result);
  if (!result.scenario) return result;
  result.resolved_json = to_json(write_scenario(*result.scenario, catalog));
  result.hash = hash_of(result.resolved_json);
  return result;
}

LoadResult load_scenario_file(const std::string& path, const std::vector<std::string>& sets,
                              const ModelCatalog& catalog, const MetricNames& metrics) {
  std::string text;
  const std::string problem = read_file(path, text);
  if (problem.empty()) return load_scenario_text(std::move(text), path, sets, catalog, metrics);
  LoadResult result;
  result.diagnostics.push_back({path, 0, 0, "", problem});
  return result;
}

}  // namespace writepath
