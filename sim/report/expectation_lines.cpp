// Expectations as lines: of one seed with its figures, of several by how many they held in.
#include "sim/report/humane.hpp"
#include "sim/report/report_rows.hpp"

namespace writepath {
namespace {

constexpr std::size_t words_begin = 12;
constexpr std::size_t most_seeds_told = 5;

const char* word_of(ExpectationVerdict verdict) {
  return verdict == ExpectationVerdict::holds    ? "  holds     "
         : verdict == ExpectationVerdict::broken ? "  BROKEN    "
                                                 : "  unjudged  ";
}

std::string because(const std::string& words) {
  return words.empty() ? "" : "; " + printable(words);
}

std::string over_seeds_lines(const ExpectationOverSeeds& e, const TextStyle& style) {
  const std::string line = printable(e.text) + ": " + e.reason + because(e.because);
  std::string out =
      word_of(e.verdict) + wrapped(line, style.width, words_begin, words_begin) + "\n";
  for (std::size_t i = 0; i < e.failing.size() && i < most_seeds_told; ++i) {
    const ExpectationResult& failing = e.failing[i];
    const std::string seed = "seed " + std::to_string(failing.seed) + ": ";
    out +=
        std::string(words_begin, ' ') + "- " +
        wrapped(seed + printable(failing.reason), style.width, words_begin + 2, words_begin + 2) +
        "\n";
  }
  if (e.failing.size() > most_seeds_told)
    out += std::string(words_begin, ' ') + "- and " +
           std::to_string(e.failing.size() - most_seeds_told) + " more\n";
  return out;
}

}  // namespace

std::string expectation_lines(const ScenarioReport& report, const TextStyle& style) {
  std::string out;
  if (tells_over_seeds(report)) {
    for (const ExpectationOverSeeds& e : over_seeds(report.scenario, report.expectations))
      out += over_seeds_lines(e, style);
    return out;
  }
  for (const ExpectationResult& e : report.expectations) {
    const std::string line = printable(e.reason.empty() ? e.text : e.reason) + because(e.because);
    out += word_of(e.verdict) + wrapped(line, style.width, words_begin, words_begin) + "\n";
  }
  return out;
}

}  // namespace writepath
