#include "sim/scenario/json_parse.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "sim/scenario/syntax_error.hpp"
#include "sim/scenario/text_cursor.hpp"
#include "sim/scenario/words.hpp"

namespace writepath {
namespace {

using Expects = ParserState::Expects;

/// nlohmann stops at the first number that no double holds. So that it can be reported along with
/// all other mistakes, such numbers become zeros here; their offsets are the result.
std::vector<std::size_t> blank_endless_numbers(std::string& text) {
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < text.size();) {
    const char c = text[i];
    if (c == '"') {
      for (++i; i < text.size() && text[i] != '"'; ++i)
        if (text[i] == '\\') ++i;
      ++i;
    } else if ((c >= '0' && c <= '9') || c == '-') {
      const std::size_t end = std::min(text.find_first_not_of("0123456789+-.eE", i), text.size());
      const std::string token = text.substr(i, end - i);
      char* parsed = nullptr;
      if (std::isinf(std::strtod(token.c_str(), &parsed)) && *parsed == '\0') {
        found.push_back(i);
        std::fill(text.begin() + static_cast<std::ptrdiff_t>(i),
                  text.begin() + static_cast<std::ptrdiff_t>(end), ' ');
        text[i] = '0';
      }
      i = end;
    } else {
      ++i;
    }
  }
  return found;
}

bool is_number(std::string_view token) {
  const auto digits = [&token] {
    const std::size_t n = std::min(token.find_first_not_of("0123456789"), token.size());
    token.remove_prefix(n);
    return n;
  };
  if (token.substr(0, 1) == "-") token.remove_prefix(1);
  const bool zero = token.substr(0, 1) == "0";
  const std::size_t whole = digits();
  if (whole == 0 || (zero && whole > 1)) return false;
  if (token.substr(0, 1) == ".") {
    token.remove_prefix(1);
    if (digits() == 0) return false;
  }
  if (token.substr(0, 1) == "e" || token.substr(0, 1) == "E") {
    token.remove_prefix(1);
    if (token.substr(0, 1) == "+" || token.substr(0, 1) == "-") token.remove_prefix(1);
    if (digits() == 0) return false;
  }
  return token.empty();
}

/// The token is a whole value of the type, not two that stand together.
bool stands_for(JsonNode::Type type, std::string_view token) {
  switch (type) {
    case JsonNode::Type::number:
      return is_number(token);
    case JsonNode::Type::boolean:
      return token == "true" || token == "false";
    case JsonNode::Type::null:
      return token == "null";
    default:
      return true;
  }
}

/// Builds the document from nlohmann's events; a cursor that walks along gives each its place.
class Builder {
 public:
  Builder(std::string_view text, int source, std::vector<std::size_t> endless)
      : cursor_(text, source), endless_(std::move(endless)) {}

  // nlohmann's SAX interface: false stops the parser.
  bool null() {
    return value(JsonNode::Type::null, [](JsonNode&) {});
  }
  bool boolean(bool b) {
    return value(JsonNode::Type::boolean, [b](JsonNode& node) { node.boolean = b; });
  }
  bool number_integer(std::int64_t n) { return whole(n); }
  bool number_unsigned(std::uint64_t n) {
    if (n > INT64_MAX) return number_float(static_cast<double>(n), {});
    return whole(static_cast<std::int64_t>(n));
  }
  bool number_float(double number, const std::string&) {
    return value(JsonNode::Type::number, [number](JsonNode& node) {
      constexpr double exact = 9007199254740992.0;  // 2^53
      node.number = number;
      node.whole = std::fabs(number) <= exact && number == std::floor(number);
      if (node.whole) node.integer = static_cast<std::int64_t>(number);
    });
  }
  bool string(std::string& text) {
    return value(JsonNode::Type::text, [&text](JsonNode& node) { node.text = std::move(text); });
  }
  bool binary(nlohmann::json::binary_t&) { return false; }
  bool start_object(std::size_t) { return open(JsonNode::Type::object); }
  bool start_array(std::size_t) { return open(JsonNode::Type::list); }
  bool key(std::string& key) {
    to_token();
    open_.back().key = std::move(key);
    open_.back().key_place = cursor_.place();
    cursor_.skip_token();
    expects_ = Expects::colon;
    return true;
  }
  bool end_object() {
    find_duplicates();
    return close();
  }
  bool end_array() { return close(); }
  bool parse_error(std::size_t, const std::string&, const nlohmann::json::exception& error) {
    return refuse(cursor_, error.what());
  }

  ParsedJson result() {
    if (!stopped_) return {std::move(root_), std::move(mistakes_)};
    return {std::nullopt, std::move(mistakes_)};
  }

 private:
  struct Open {
    JsonNode node;
    std::string key;  ///< of the member that is being read
    Place key_place;
  };

  void to_token() { cursor_.skip(" \t\r\n,:"); }

  bool refuse(TextCursor cursor, const char* otherwise) {
    ParserState state{expects_, cursor, false, !open_.empty(), {}};
    if (!open_.empty()) {
      state.in_object = open_.back().node.is(JsonNode::Type::object);
      state.open_place = open_.back().node.place;
    }
    stop(explain_syntax_error(state, otherwise));
    return false;
  }

  template <class Fill>
  bool value(JsonNode::Type type, Fill fill) {
    const TextCursor before = cursor_;
    to_token();
    JsonNode node;
    node.type = type;
    node.place = cursor_.place();
    const std::size_t begin = cursor_.offset();
    const std::string_view from_here = cursor_.rest();
    cursor_.skip_token();
    const std::string_view token = from_here.substr(0, cursor_.offset() - begin);
    // nlohmann sees 06 as 0 and, next, 6: say what is wrong with the whole instead.
    if (!stands_for(type, token)) return refuse(before, "unexpected word");
    fill(node);
    if (type == JsonNode::Type::number) {
      node.text = token;
      if (std::binary_search(endless_.begin(), endless_.end(), begin)) {
        node.type = JsonNode::Type::broken;
        mistakes_.add(node.place, pointer_here(),
                      "the number " + shown_raw(node.text) +
                          " is out of range: the greatest is about 1.8e308");
      }
    }
    return accept(std::move(node));
  }

  bool whole(std::int64_t n) {
    return value(JsonNode::Type::number, [n](JsonNode& node) {
      node.number = static_cast<double>(n);
      node.whole = true;
      node.integer = n;
    });
  }

  bool open(JsonNode::Type type) {
    to_token();
    if (open_.size() == deepest_nesting) {
      stop({cursor_.place(), "",
            "nested more deeply than " + std::to_string(deepest_nesting) + " levels"});
      return false;
    }
    open_.push_back({});
    open_.back().node.type = type;
    open_.back().node.place = cursor_.place();
    cursor_.skip_token();
    expects_ = type == JsonNode::Type::object ? Expects::key_or_end : Expects::value_or_end;
    return true;
  }

  bool close() {
    cursor_.skip(json_blank);
    cursor_.skip_token();
    JsonNode node = std::move(open_.back().node);
    open_.pop_back();
    return accept(std::move(node));
  }

  /// Puts a finished value where it belongs.
  bool accept(JsonNode node) {
    if (++values_ > most_values) {
      stop({node.place, "", "more than " + std::to_string(most_values) + " values"});
      return false;
    }
    if (open_.empty()) {
      root_ = std::move(node);
      expects_ = Expects::nothing;
      return true;
    }
    Open& parent = open_.back();
    if (parent.node.is(JsonNode::Type::object))
      parent.node.members.push_back({std::move(parent.key), parent.key_place, std::move(node)});
    else
      parent.node.items.push_back(std::move(node));
    expects_ = Expects::comma_or_end;
    return true;
  }

  void find_duplicates() {
    std::vector<const JsonMember*> sorted;
    for (const JsonMember& member : open_.back().node.members) sorted.push_back(&member);
    std::stable_sort(sorted.begin(), sorted.end(),
                     [](const JsonMember* a, const JsonMember* b) { return a->key < b->key; });
    const JsonMember* first = nullptr;
    for (const JsonMember* member : sorted) {
      if (!first || member->key != first->key) {
        first = member;
        continue;
      }
      mistakes_.add(member->place, pointer_of_open() + pointer_step(member->key),
                    "duplicate key; it stands at line " + std::to_string(first->place.line) +
                        ", column " + std::to_string(first->place.column) + " already");
    }
  }

  /// Of the innermost open container.
  std::string pointer_of_open() const {
    std::string pointer;
    for (std::size_t i = 0; i + 1 < open_.size(); ++i) pointer += step_in(open_[i]);
    return pointer;
  }
  /// Of the value that is about to be accepted.
  std::string pointer_here() const {
    return open_.empty() ? "" : pointer_of_open() + step_in(open_.back());
  }
  static std::string step_in(const Open& open) {
    return open.node.is(JsonNode::Type::object) ? pointer_step(open.key)
                                                : pointer_step(open.node.items.size());
  }
  static std::string shown_raw(const std::string& number) {
    return number.size() <= 40 ? number : number.substr(0, 37) + "...";
  }

  void stop(Mistake mistake) {
    stopped_ = true;
    mistakes_ = {};
    mistakes_.add(mistake.place, std::move(mistake.pointer), std::move(mistake.message));
  }

  TextCursor cursor_;
  std::vector<std::size_t> endless_;
  Expects expects_ = Expects::value;
  std::vector<Open> open_;
  std::size_t values_ = 0;
  std::optional<JsonNode> root_;
  Mistakes mistakes_;
  bool stopped_ = false;
};

}  // namespace

ParsedJson parse_json(std::string_view text, int source) {
  std::string readable(text);
  Builder builder(text, source, blank_endless_numbers(readable));
  nlohmann::json::sax_parse(readable, &builder);
  return builder.result();
}

}  // namespace writepath
