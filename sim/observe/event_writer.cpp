#include "sim/observe/event_writer.hpp"

#include <charconv>
#include <cstring>

namespace writepath {
namespace {

constexpr std::size_t buffer_bytes = 1 << 16;

std::string quoted_json(const std::string& text) {
  static const char* const hex = "0123456789abcdef";
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20) {
      out += "\\u00";
      out += hex[byte >> 4];
      out += hex[byte & 15];
    } else {
      out += c;
    }
  }
  return out + '"';
}

template <class T>
void put_integer(std::string& out, T value) {
  char digits[24];
  const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
  out.append(digits, static_cast<std::size_t>(end - digits));
}

/// A fact's own time and node stand at the front of the line.
struct Head {
  TimeNs at = 0;
  NodeId node = no_node;
  void operator()(const char* key, TimeNs value) {
    if (!std::strcmp(key, "t_ns")) at = value;
  }
  void operator()(const char* key, NodeId value) {
    if (!std::strcmp(key, "node")) node = value;
  }
  template <class T>
  void operator()(const char*, const T&) {}
};

}  // namespace

EventWriter::EventWriter(std::FILE* file, std::vector<std::string> names)
    : file_(file), names_(std::move(names)) {
  for (std::string& name : names_) name = quoted_json(name);
  buffer_.reserve(buffer_bytes + 4096);
}

EventWriter::~EventWriter() { flush(); }

void EventWriter::put_node(NodeId node) {
  if (node.value < names_.size())
    buffer_ += names_[node.value];
  else
    buffer_ += "null";
}

template <class F>
void EventWriter::write(const F& fact) {
  Head head;
  fact.fields(head);
  buffer_ += "{\"t_ns\":";
  put_integer(buffer_, head.at);
  buffer_ += ",\"seq\":";
  put_integer(buffer_, ++lines_);
  buffer_ += ",\"node\":";
  put_node(head.node);
  buffer_ += ",\"fact\":\"";
  buffer_ += F::name;
  buffer_ += '"';
  fact.fields([this](const char* key, const auto& value) {
    using T = std::remove_cvref_t<decltype(value)>;
    if (!std::strcmp(key, "t_ns") || !std::strcmp(key, "node")) return;
    buffer_ += ",\"";
    buffer_ += key;
    buffer_ += "\":";
    if constexpr (std::is_same_v<T, bool>)
      buffer_ += value ? "true" : "false";
    else if constexpr (std::is_same_v<T, NodeId>)
      put_node(value);
    else if constexpr (std::is_convertible_v<T, const char*>)
      buffer_ += quoted_json(value);
    else if constexpr (std::is_integral_v<T>)
      put_integer(buffer_, value);
    else
      put_integer(buffer_, value.value);
  });
  buffer_ += "}\n";
  if (buffer_.size() >= buffer_bytes) flush();
}

#define WRITEPATH_WRITE(F) template void EventWriter::write(const F&);
WRITEPATH_FOR_EACH_FACT(WRITEPATH_WRITE)
#undef WRITEPATH_WRITE

bool EventWriter::flush() {
  if (std::fwrite(buffer_.data(), 1, buffer_.size(), file_) != buffer_.size()) failed_ = true;
  buffer_.clear();
  return !failed_;
}

}  // namespace writepath
