#pragma once
// SimGrid runs one simulation a process: each world of a test lives in a child of its own, which
// hands back text or numbers. A child that throws or dies makes the parent throw.
#include <sys/wait.h>
#include <unistd.h>

#include <charconv>
#include <cstdio>
#include <exception>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace writepath::testing {

/// What `body()` gives (a std::string), computed in a forked child.
template <class Body>
std::string fork_run(Body body) {
  int pipe_ends[2];
  if (pipe(pipe_ends) != 0) throw std::runtime_error("pipe failed");
  std::fflush(nullptr);
  const pid_t child = fork();
  if (child < 0) throw std::runtime_error("fork failed");
  if (child == 0) {
    close(pipe_ends[0]);
    std::string text;
    int status = 0;
    try {
      text = body();
    } catch (const std::exception& failure) {
      text = failure.what();
      status = 3;
    }
    for (std::size_t sent = 0; sent < text.size();) {
      const ssize_t n = write(pipe_ends[1], text.data() + sent, text.size() - sent);
      if (n <= 0) _exit(4);
      sent += static_cast<std::size_t>(n);
    }
    close(pipe_ends[1]);
    std::fflush(nullptr);
    _exit(status);
  }
  close(pipe_ends[1]);
  std::string text;
  char buffer[4096];
  for (ssize_t n; (n = read(pipe_ends[0], buffer, sizeof buffer)) > 0;)
    text.append(buffer, static_cast<std::size_t>(n));
  close(pipe_ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
    throw std::runtime_error("the child failed: " + text);
  return text;
}

/// The same for a body that gives a std::vector<double>.
template <class Body>
std::vector<double> fork_numbers(Body body) {
  std::istringstream text(fork_run([&body] {
    std::string out;
    for (const double number : body()) {
      char digits[40];
      const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
      out.append(digits, end).push_back(' ');
    }
    return out;
  }));
  std::vector<double> numbers;
  for (double number; text >> number;) numbers.push_back(number);
  return numbers;
}

}  // namespace writepath::testing
