#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>

#include "sim/scenario/json_parse.hpp"
#include "tests/catch.hpp"
#include "tests/unit/scenario/fixtures.hpp"

using namespace writepath;
using namespace writepath::fixtures;
namespace fs = std::filesystem;

namespace {

/// A folder of its own that goes with it.
struct Folder {
  fs::path path;
  Folder() {
    std::string name = (fs::temp_directory_path() / "writepath-XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    path = name;
  }
  ~Folder() { fs::remove_all(path); }
};

std::string problem_of(const fs::path& path) {
  const LoadResult result = load_scenario_file(path.string(), {}, catalog(), metrics());
  CHECK_FALSE(result.scenario);
  REQUIRE(result.diagnostics.size() == 1);
  CHECK(result.diagnostics[0].line == 0);
  CHECK(to_text(result.diagnostics[0]) == path.string() + ": " + result.diagnostics[0].message);
  return result.diagnostics[0].message;
}

}  // namespace

TEST_CASE("what can't be a scenario file is refused at once", "[scenario]") {
  const Folder folder;
  CHECK(problem_of(folder.path / "missing.json") == "can't be opened: No such file or directory");
  CHECK(problem_of(folder.path) == "is a directory, not a scenario file");
  CHECK(problem_of("/dev/zero") == "is not a regular file");
  const fs::path fifo = folder.path / "fifo";
  REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
  CHECK(problem_of(fifo) == "is not a regular file");
  std::ofstream(folder.path / "empty.json").flush();
  CHECK(problem_of(folder.path / "empty.json") == "is empty");
  const fs::path closed = folder.path / "closed.json";
  std::ofstream(closed) << good_text();
  fs::permissions(closed, fs::perms::none);
  if (::geteuid() != 0) CHECK(problem_of(closed) == "can't be opened: Permission denied");
}

TEST_CASE("100 MB of nesting is refused in no time and little memory", "[scenario]") {
  const Folder folder;
  const fs::path path = folder.path / "nesting.json";
  {
    std::ofstream file(path);
    const std::string megabyte(1'000'000, '[');
    for (int i = 0; i < 100; ++i) file << megabyte;
  }
  CHECK(problem_of(path) == "is larger than 16 MiB");
  fs::resize_file(path, 16 * 1024 * 1024);
  const LoadResult result = load_scenario_file(path.string(), {}, catalog(), metrics());
  REQUIRE(result.diagnostics.size() == 1);
  CHECK(to_text(result.diagnostics[0]) ==
        path.string() + ":1:65: nested more deeply than 64 levels");
}

TEST_CASE("a file may begin with a byte order mark, and end without a newline", "[scenario]") {
  const LoadResult plain = load(good_text());
  const LoadResult marked = load("\xEF\xBB\xBF" + good_text());
  REQUIRE(marked.scenario);
  CHECK(marked.resolved_json == plain.resolved_json);
  CHECK(messages_of("\xEF\xBB\xBF[") ==
        "x.json:1:2: syntax error: the file ends here, but the [ of line 1, column 1 is still "
        "open\n");
  CHECK(messages_of("\xFF\xFE{") == "x.json: is UTF-16: save the file as UTF-8\n");
}

TEST_CASE("loading a resolved scenario resolves to the same text", "[scenario]") {
  const std::string text = GENERATE(good_text(), full_text());
  const LoadResult once = load(text);
  CAPTURE(messages(once));
  REQUIRE(once.scenario);
  const LoadResult twice = load(once.resolved_json);
  CAPTURE(messages(twice));
  REQUIRE(twice.scenario);
  CHECK(twice.resolved_json == once.resolved_json);
  CHECK(twice.hash == once.hash);
  CHECK(once.hash.size() == 16);
  CHECK(once.hash.find_first_not_of("0123456789abcdef") == std::string::npos);
}

TEST_CASE("the hash sees every value, and no layout", "[scenario]") {
  const std::string hash = load(good_text()).hash;
  CHECK(load(good_text() + "\n\n").hash == hash);
  CHECK(load(good_text(), {"/duration_s=60"}).hash == hash);  // the default, said aloud
  CHECK(load(good_text(), {"/duration_s=61"}).hash != hash);
  CHECK(load(good_text(), {"/network/intra_az/rtt_ms=0.201"}).hash != hash);
}

TEST_CASE("diagnostics are many, ordered, and limited", "[scenario]") {
  std::string keys;
  for (int i = 0; i < 5000; ++i) keys += "\"key" + std::to_string(i) + "\": 1, ";
  const LoadResult result =
      load(good_text_but("\"name\": \"small\",", keys + "\"name\": \"small\","));
  REQUIRE(result.diagnostics.size() == 1001);
  CHECK(result.diagnostics.back().message == "and 4000 more mistakes");
  for (std::size_t i = 1; i < 1000; ++i)
    CHECK(result.diagnostics[i - 1].column < result.diagnostics[i].column);
}

TEST_CASE("a list of prices from a file of its own has its places there", "[scenario]") {
  const Folder folder;
  const fs::path file = folder.path / "prices.json";
  const auto load_with = [&](const std::string& list, const std::vector<std::string>& sets = {}) {
    std::ofstream(file) << list;
    return load_scenario_text(good_text_but("\n    }\n  ]",
                                            "\n    }\n  ], \"prices\": {\"per_million_ios\": 1, "
                                            "\"currency\": \"EUR\"}"),
                              "x.json", sets, catalog(), metrics(), price_list(file.string()));
  };
  const LoadResult good = load_with(R"({"per_gb_across_azs": 2})");
  REQUIRE(good.scenario);
  CHECK(good.scenario->prices->currency.empty());  // replaced, not merged
  CHECK_FALSE(good.scenario->prices->per_million_ios);
  CHECK(good.scenario->prices->per_gb_across_azs == 2.0);
  const LoadResult set = load_with(R"({"per_gb_across_azs": 2})", {"/prices/per_gb_across_azs=3"});
  REQUIRE(set.scenario);
  CHECK(set.scenario->prices->per_gb_across_azs == 3.0);
  CHECK(messages(load_with("{\n\"per_gb\": 1}", {"/prices/per_million_ios=-1", "/warmup=1"})) ==
        file.string() + ":2:1: /per_gb: unknown key; did you mean \"per_gb_across_azs\"?\n" +
            "--set /prices/per_million_ios=-1: /prices/per_million_ios: must be from 0 to "
            "1000000000 currency per 10^6 I/Os, not -1\n"
            "--set /warmup=1: /warmup: unknown key; did you mean \"warmup_s\"?\n");
  CHECK(messages(load_with("{", {"/prices/per_million_ios=2"})) == messages(load_with("{")));
  CHECK(messages(load_with("{")).starts_with(file.string() + ":1:2: "));
  fs::remove(file);
  CHECK(messages(load_scenario_text(good_text(), "x.json", {}, catalog(), metrics(),
                                    price_list(file.string()))) ==
        file.string() + ": can't be opened: No such file or directory\n");
}
