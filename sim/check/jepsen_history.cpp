#include "sim/check/jepsen_history.hpp"

#include <charconv>
#include <string>

namespace writepath {
namespace {

constexpr std::size_t buffer_bytes = 1 << 16;

struct Event {
  const RegisterOperation* operation = nullptr;
  bool is_end = false;
};

/// Each at its place in the history.
std::vector<Event> events_of(const std::vector<RegisterOperation>& history) {
  std::vector<Event> events(2 * history.size());
  for (const RegisterOperation& operation : history) {
    events[operation.invoked] = {&operation, false};
    if (operation.done != RegisterOperation::open) events[operation.done] = {&operation, true};
  }
  return events;
}

const char* type_of(const Event& event) {
  if (!event.is_end) return ":invoke";
  switch (event.operation->outcome) {
    case RegisterOutcome::ok:
      return ":ok";
    case RegisterOutcome::fail:
      return ":fail";
    case RegisterOutcome::info:
      break;
  }
  return ":info";
}

template <class T>
void put_integer(std::string& out, T value) {
  char digits[24];
  const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
  out.append(digits, static_cast<std::size_t>(end - digits));
}

void put_line(std::string& out, std::uint64_t index, const Event& event) {
  const RegisterOperation& operation = *event.operation;
  out += "{:index ";
  put_integer(out, index);
  out += ", :type ";
  out += type_of(event);
  out += ", :process ";
  put_integer(out, operation.process);
  out += operation.write ? ", :f :write, :value [" : ", :f :read, :value [";
  put_integer(out, operation.of);
  const bool has_value =
      operation.value != 0 &&
      (operation.write || (event.is_end && operation.outcome == RegisterOutcome::ok));
  out += ' ';
  if (has_value)
    put_integer(out, operation.value);
  else
    out += "nil";
  out += "], :time ";
  put_integer(out, event.is_end ? operation.done_at : operation.invoked_at);
  out += "}\n";
}

}  // namespace

bool write_jepsen_history(const std::vector<RegisterOperation>& history, std::FILE* file) {
  std::string buffer;
  bool written = true;
  const auto flush = [&] {
    written &= std::fwrite(buffer.data(), 1, buffer.size(), file) == buffer.size();
    buffer.clear();
  };
  std::uint64_t index = 0;
  for (const Event& event : events_of(history)) {
    if (!event.operation) continue;
    put_line(buffer, index++, event);
    if (buffer.size() >= buffer_bytes) flush();
  }
  flush();
  return written && std::fflush(file) == 0;
}

}  // namespace writepath
