#pragma once
// Where a run's results go. They are written to a hidden folder beside their place and exchanged
// for what was there in one step: a killed run leaves nothing half done, and what such a run left
// hidden is swept away by the next.
#include <cstdint>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>

namespace writepath::cli {

/// Results can't be written (exit code 4); what() says where and why.
struct ResultsError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// <out>/<scenario>/<architecture>/seed-<n>, or for a fault of the standard battery
/// <out>/<scenario>/<architecture>/battery/<fault>/seed-<n>.
std::filesystem::path results_place(const std::filesystem::path& out, const std::string& scenario,
                                    const std::string& architecture,
                                    const std::string& battery_fault, std::uint64_t seed);

/// Whether a run may put its results there. Throws ResultsError when the folder above can't be made
/// or written to, or when the place holds something else than results of the scenario with this
/// hash and `force` is false.
void check_place(const std::filesystem::path& place, const std::string& scenario_hash, bool force);

/// Removes hidden folders beside `place` whose writers are gone.
void sweep_stale_folders(const std::filesystem::path& place);

/// The hidden folder that the process `writer` uses for `place`.
std::filesystem::path hidden_folder(const std::filesystem::path& place, long writer);

/// A hidden folder while it is being filled. Every member throws ResultsError.
class UnfinishedResults {
 public:
  UnfinishedResults(std::filesystem::path place, long writer);
  ~UnfinishedResults();  ///< removes what was not published
  UnfinishedResults(const UnfinishedResults&) = delete;
  UnfinishedResults& operator=(const UnfinishedResults&) = delete;

  const std::filesystem::path& folder() const { return folder_; }
  void write(const std::string& name, const std::string& text);
  void publish();  ///< the exchange

 private:
  std::filesystem::path place_, folder_;
  int lock_ = -1;
};

/// Writes a whole file; throws ResultsError.
void write_file(const std::filesystem::path& path, const std::string& text);

}  // namespace writepath::cli
