#include "sim/scenario/document.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "sim/core/random.hpp"
#include "sim/scenario/json_parse.hpp"
#include "sim/scenario/set_option.hpp"

namespace writepath {
namespace {

/// What must be right before anything else is worth reading: is this JSON text at all?
std::string refuse_at_sight(std::string& text) {
  if (text.size() > largest_file) return "is larger than 16 MiB";
  if (text.substr(0, 3) == "\xEF\xBB\xBF") text.erase(0, 3);
  const std::string begin = text.substr(0, 2);
  if (begin == "\xFF\xFE" || begin == "\xFE\xFF") return "is UTF-16: save the file as UTF-8";
  if (text.find_first_not_of(json_blank) == std::string::npos) return "is empty";
  return "";
}

constexpr int member_source = -1;

/// The member as its file gives it. What can't be read is `broken`: it stands there, and says no
/// more than the mistake that is reported here.
JsonNode read_member(const MemberFile& member, Mistakes& mistakes) {
  const std::string pointer = pointer_step(member.key);
  JsonNode value;
  value.type = JsonNode::Type::broken;
  value.place = {member_source, 0, 0};
  std::string text;
  std::string problem = read_file(member.path, member.noun, text);
  if (problem.empty()) problem = refuse_at_sight(text);
  if (!problem.empty()) {
    mistakes.add(value.place, pointer, problem);
    return value;
  }
  ParsedJson parsed = parse_json(text, member_source);
  for (const Mistake& mistake : parsed.mistakes.sorted())
    mistakes.add(mistake.place, pointer + mistake.pointer, mistake.message);
  return parsed.root ? std::move(*parsed.root) : std::move(value);
}

void put_member(JsonNode& root, const MemberFile& member, Mistakes& mistakes) {
  JsonNode value = read_member(member, mistakes);
  if (!root.is(JsonNode::Type::object)) return;
  if (JsonMember* known = root.member(member.key))
    known->value = std::move(value);
  else
    root.members.push_back({member.key, value.place, std::move(value)});
}

std::vector<Diagnostic> diagnostics_of(const Mistakes& mistakes, const std::string& label,
                                       const std::vector<std::string>& sets,
                                       const MemberFile& member) {
  std::vector<Diagnostic> found;
  for (const Mistake& mistake : mistakes.sorted()) {
    const Place& place = mistake.place;
    if (place.source == 0)
      found.push_back({label, place.line, place.column, mistake.pointer, mistake.message});
    else if (place.source == member_source)  // a pointer within that file
      found.push_back({member.path, place.line, place.column,
                       mistake.pointer.substr(pointer_step(member.key).size()), mistake.message});
    else
      found.push_back({"--set " + sets[static_cast<std::size_t>(place.source) - 1], 0, 0,
                       mistake.pointer, mistake.message});
  }
  return found;
}

}  // namespace

std::string read_file(const std::string& path, const std::string& noun, std::string& text) {
  // Without O_NONBLOCK opening a FIFO would wait for a writer.
  const int file = ::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  if (file < 0) return std::string("can't be opened: ") + std::strerror(errno);
  struct Closer {
    int file;
    ~Closer() { ::close(file); }
  } closer{file};
  struct stat status {};
  if (::fstat(file, &status) != 0) return std::string("can't be read: ") + std::strerror(errno);
  if (S_ISDIR(status.st_mode)) return "is a directory, not a " + noun + " file";
  if (!S_ISREG(status.st_mode)) return "is not a regular file";
  std::vector<char> buffer(64 * 1024);
  while (text.size() <= largest_file) {
    const ssize_t n = ::read(file, buffer.data(), buffer.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return std::string("can't be read: ") + std::strerror(errno);
    if (n == 0) return "";
    text.append(buffer.data(), static_cast<std::size_t>(n));
  }
  return "";  // too large; the caller sees that
}

std::string to_text(const Diagnostic& diagnostic) {
  std::string text = diagnostic.file;
  if (diagnostic.line > 0)
    text += ":" + std::to_string(diagnostic.line) + ":" + std::to_string(diagnostic.column);
  if (!diagnostic.pointer.empty()) text += ": " + diagnostic.pointer;
  return text + ": " + diagnostic.message;
}

std::string hash_of(const std::string& text) {
  std::string digits(16, '0');
  std::uint64_t hash = fnv1a(text);
  for (auto digit = digits.rbegin(); digit != digits.rend(); ++digit, hash >>= 4)
    *digit = "0123456789abcdef"[hash & 15];
  return digits;
}

std::vector<Diagnostic> read_document(std::string text, const std::string& label,
                                      const std::vector<std::string>& sets,
                                      const std::function<void(const JsonNode&, Mistakes&)>& read,
                                      const MemberFile& member) {
  const std::string refusal = refuse_at_sight(text);
  if (!refusal.empty()) return {{label, 0, 0, "", refusal}};
  ParsedJson parsed = parse_json(text, 0);
  if (parsed.root) {
    if (!member.path.empty()) put_member(*parsed.root, member, parsed.mistakes);
    for (std::size_t i = 0; i < sets.size(); ++i)
      apply_set(*parsed.root, sets[i], static_cast<int>(i) + 1, parsed.mistakes);
    read(*parsed.root, parsed.mistakes);
  }
  return diagnostics_of(parsed.mistakes, label, sets, member);
}

}  // namespace writepath
