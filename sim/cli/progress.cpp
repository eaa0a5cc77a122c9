#include "sim/cli/progress.hpp"

#include <unistd.h>

#include <algorithm>
#include <iostream>
#include <string>

namespace writepath::cli {

Progress::Progress(std::size_t total, bool quiet)
    : total_(std::max<std::size_t>(total, 1)), shown_(!quiet && isatty(STDERR_FILENO)) {
  show(0);
}

Progress::~Progress() {
  if (shown_) std::cerr << "\r\033[K" << std::flush;
}

void Progress::show(std::size_t done) const {
  if (!shown_) return;
  constexpr std::size_t width = 30;
  const std::size_t full = width * done / total_;
  std::cerr << "\r[" + std::string(full, '#') + std::string(width - full, '.') + "] " +
                   std::to_string(done) + " of " + std::to_string(total_) + " runs"
            << std::flush;
}

}  // namespace writepath::cli
