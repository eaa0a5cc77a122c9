#pragma once
// A progress bar on stderr, on a terminal only: it never gets into a log or a pipe.
#include <cstddef>

namespace writepath::cli {

class Progress {
 public:
  Progress(std::size_t total, bool quiet);
  ~Progress();  ///< wipes the bar
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void show(std::size_t done) const;

 private:
  std::size_t total_;
  bool shown_;
};

}  // namespace writepath::cli
