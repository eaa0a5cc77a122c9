// The wrong files of scenarios/bad, each with its messages. Files whose messages concern a model's
// options need the real models: tests/cli runs the program on all of them.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/catch.hpp"
#include "tests/unit/scenario/fixtures.hpp"

using namespace writepath;
namespace fs = std::filesystem;

namespace {

std::string content_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  REQUIRE(file);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

}  // namespace

TEST_CASE("every wrong scenario gets its messages", "[scenario]") {
  const fs::path folder = fs::path(WRITEPATH_SOURCE_DIR) / "scenarios" / "bad";
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder))
    if (entry.path().extension() == ".json") files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  CHECK(files.size() >= 40);
  for (const fs::path& file : files) {
    CAPTURE(file.filename().string());
    fs::path expected = file;
    expected.replace_extension(".expected.txt");
    const std::string messages = content_of(expected);
    CHECK_FALSE(messages.empty());
    if (messages.find("/options") != std::string::npos) continue;
    CHECK(fixtures::messages(load_scenario_text(content_of(file), file.filename().string(), {},
                                                fixtures::catalog(), fixtures::metrics())) ==
          messages);
  }
}
