#include "sim/scenario/words.hpp"

#include <algorithm>

namespace writepath {
namespace {

template <class E>
std::string word_of(const WordList<E>& words, E value) {
  for (const auto& [word, meaning] : words)
    if (meaning == value) return word;
  return "?";
}

constexpr std::size_t quoted_at_most = 60;

std::string in_small_letters(std::string_view text) {
  std::string small(text);
  for (char& c : small)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return small;
}

}  // namespace

const WordList<StorageKind>& storage_kind_words() {
  static const WordList<StorageKind> words{{"local", StorageKind::local},
                                           {"attached", StorageKind::attached}};
  return words;
}

const WordList<NodeRole>& node_role_words() {
  static const WordList<NodeRole> words{
      {"primary", NodeRole::primary}, {"replica", NodeRole::replica},
      {"storage", NodeRole::storage}, {"monitor", NodeRole::monitor},
      {"client", NodeRole::client},   {"standby", NodeRole::standby}};
  return words;
}

const WordList<CrashKind>& crash_kind_words() {
  static const WordList<CrashKind> words{
      {"process", CrashKind::process}, {"host", CrashKind::host}, {"loss", CrashKind::loss}};
  return words;
}

const WordList<FaultKind>& fault_kind_words() {
  static const WordList<FaultKind> words{{"node_crash", FaultKind::node_crash},
                                         {"az_outage", FaultKind::az_outage},
                                         {"volume_loss", FaultKind::volume_loss},
                                         {"disk_stall", FaultKind::disk_stall},
                                         {"slow_disk", FaultKind::slow_disk},
                                         {"torn_write", FaultKind::torn_write},
                                         {"partition", FaultKind::partition},
                                         {"packet_loss", FaultKind::packet_loss},
                                         {"packet_delay", FaultKind::packet_delay},
                                         {"slow_node", FaultKind::slow_node},
                                         {"clock_jump", FaultKind::clock_jump},
                                         {"clock_drift", FaultKind::clock_drift},
                                         {"pause", FaultKind::pause},
                                         {"endpoint_delay", FaultKind::endpoint_delay},
                                         {"planned_failover", FaultKind::planned_failover}};
  return words;
}

const WordList<FaultPreset>& fault_preset_words() {
  static const WordList<FaultPreset> words{{"az_plus_one", FaultPreset::az_plus_one},
                                           {"gray_storage_node", FaultPreset::gray_storage_node},
                                           {"partition_primary", FaultPreset::partition_primary},
                                           {"rolling_patch", FaultPreset::rolling_patch}};
  return words;
}

const WordList<FaultSpec::Direction>& direction_words() {
  static const WordList<FaultSpec::Direction> words{{"both", FaultSpec::Direction::both},
                                                    {"outgoing", FaultSpec::Direction::outgoing},
                                                    {"incoming", FaultSpec::Direction::incoming}};
  return words;
}

const WordList<OperationSpec::Kind>& operation_kind_words() {
  static const WordList<OperationSpec::Kind> words{
      {"add_replica", OperationSpec::Kind::add_replica}};
  return words;
}

std::string to_text(StorageKind kind) { return word_of(storage_kind_words(), kind); }
std::string to_text(NodeRole role) { return word_of(node_role_words(), role); }
std::string to_text(CrashKind kind) { return word_of(crash_kind_words(), kind); }
std::string to_text(FaultKind kind) { return word_of(fault_kind_words(), kind); }
std::string to_text(FaultPreset preset) { return word_of(fault_preset_words(), preset); }
std::string to_text(OperationSpec::Kind kind) { return word_of(operation_kind_words(), kind); }

std::size_t edit_distance(std::string_view a, std::string_view b, std::size_t limit) {
  const std::size_t longer = std::max(a.size(), b.size());
  if (longer - std::min(a.size(), b.size()) > limit) return limit + 1;
  // Optimal string alignment: three rows of the table are enough to see a swap of neighbours.
  std::vector<std::size_t> before(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    std::size_t best = row[0];
    for (std::size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] != b[j - 1])});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        row[j] = std::min(row[j], before[j - 2] + 1);
      best = std::min(best, row[j]);
    }
    if (best > limit) return limit + 1;
    std::swap(before, last);
    std::swap(last, row);
  }
  return std::min(last[b.size()], limit + 1);
}

std::string nearest_word(std::string_view as_given, const std::vector<std::string>& legal) {
  if (as_given.size() > 1000) return "";
  const std::string given = in_small_letters(as_given);
  std::string best;
  // A third of the word may be wrong: "nodse" is near "nodes", "x" is near nothing.
  std::size_t near = std::min<std::size_t>(given.size() / 3, 4) + 1;
  for (const std::string& word : legal) {
    const std::size_t distance = edit_distance(given, in_small_letters(word), near);
    if (distance < near) {
      near = distance;
      best = word;
    }
  }
  if (!best.empty() || given.size() < 3) return best;
  // Left-out units, and endings too many: "rtt" for "rtt_ms", "zipfian" for "zipf".
  for (const std::string& word : legal) {
    const std::string_view w = word;
    const bool left_out =
        w.size() > given.size() && w.substr(0, given.size()) == given && w[given.size()] == '_';
    const bool too_much = w.size() >= 3 && given.compare(0, w.size(), w) == 0;
    if (left_out || too_much) return word;
  }
  return best;
}

std::string suggest(std::string_view given, const std::vector<std::string>& legal,
                    std::string_view noun) {
  if (legal.empty()) return "; there are no legal " + std::string(noun) + " here";
  const std::string guess = nearest_word(given, legal);
  if (!guess.empty()) return "; did you mean " + quoted(guess) + "?";
  std::string list;
  for (const std::string& word : legal) list += (list.empty() ? "" : ", ") + word;
  return "; legal " + std::string(noun) + ": " + list;
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  std::size_t characters = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool begins_character = (byte & 0xC0) != 0x80;
    if (begins_character && ++characters > quoted_at_most) return out + "...\"";
    if (byte < 0x20 || byte == 0x7F) {
      constexpr char digits[] = "0123456789abcdef";
      out += "\\u00";
      out += digits[byte >> 4];
      out += digits[byte & 15];
    } else {
      if (c == '"' || c == '\\') out += '\\';
      out += c;
    }
  }
  return out + "\"";
}

std::vector<std::string> az_names(const NetworkSpec& network) {
  std::vector<std::string> names;
  for (const Region& region : network.regions)
    names.insert(names.end(), region.azs.begin(), region.azs.end());
  return names;
}

bool az_exists(const NetworkSpec& network, std::string_view az) {
  const std::vector<std::string> names = az_names(network);
  return std::find(names.begin(), names.end(), az) != names.end();
}

std::string unknown_az(const NetworkSpec& network, std::string_view az) {
  return "there is no AZ " + quoted(az) + suggest(az, az_names(network), "AZs");
}

}  // namespace writepath
