#pragma once
// WRITEPATH_CHECK: a broken invariant of ours (never a user's mistake) stops the program with the
// place, and, once the command line has set it, the line that reproduces the run. Exit code 134.
#include <string>

namespace writepath {

/// Text printed with every failed check, e.g. "writepath run x.json --seed 7". Set by the CLI.
void set_reproduce_line(std::string line);

[[noreturn]] void check_failed(const char* condition, const char* file, int line,
                               const char* message);

}  // namespace writepath

#define WRITEPATH_CHECK(condition, message)                                 \
  do {                                                                      \
    if (!(condition)) [[unlikely]]                                          \
      ::writepath::check_failed(#condition, __FILE__, __LINE__, (message)); \
  } while (false)
