#pragma once
// Runs a function in a forked child and gives back the text that it returns: SimGrid allows one
// simulation a process, and a failed check ends one.
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <exception>
#include <string>

namespace writepath::test {

struct ChildResult {
  std::string text;  ///< the child's stderr, then what the function returned or "exception: ..."
  int status = -1;   ///< as waitpid gives it; 0 is a clean exit
};

template <class F>
ChildResult in_child_process(F function) {
  int ends[2];
  if (pipe(ends) != 0) return {"no pipe", -1};
  std::fflush(nullptr);
  const pid_t child = fork();
  if (child == 0) {
    close(ends[0]);
    dup2(ends[1], STDERR_FILENO);
    for (const int signal_number : {SIGABRT, SIGSEGV}) std::signal(signal_number, SIG_DFL);
    std::string text;
    try {
      text = function();
    } catch (const std::exception& failure) {
      text = std::string("exception: ") + failure.what();
    }
    for (std::size_t sent = 0; sent < text.size();) {
      const ssize_t n = write(ends[1], text.data() + sent, text.size() - sent);
      if (n <= 0) _exit(99);
      sent += static_cast<std::size_t>(n);
    }
    _exit(0);  // without SimGrid's and Catch2's own goodbyes
  }
  close(ends[1]);
  ChildResult result;
  char buffer[4096];
  for (ssize_t n; (n = read(ends[0], buffer, sizeof buffer)) > 0;)
    result.text.append(buffer, static_cast<std::size_t>(n));
  close(ends[0]);
  waitpid(child, &result.status, 0);
  return result;
}

}  // namespace writepath::test
