#pragma once
// One description of each object drives everything that knows its keys: the reader (checks and
// fills), the writer (resolved scenario), and the JSON Schema. A struct takes part by a free
// function `void describe(Fields&, T&)` in namespace writepath, found by argument-dependent lookup.
// Models describe their own options the same way.
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/core/distribution.hpp"

namespace writepath {

/// The largest whole number that every JSON parser keeps: 2^53 - 1.
inline constexpr double largest_exact = 9007199254740991.0;

struct ArchitectureSpec;

struct Doc {
  const char* text = "";
  const char* unit = "";
  const char* source = "";  ///< paper section, page, measurement or "assumption, range x to y"
};

/// Legal values of a number; the bounds are legal unless the flag says otherwise.
struct Range {
  double min = -std::numeric_limits<double>::infinity();
  double max = std::numeric_limits<double>::infinity();
  bool above_min = false;  ///< min itself is not legal
};

/// The longest list that a scenario may hold.
inline constexpr std::size_t longest_list = 1000;

enum class Presence { optional, required };

/// What a text may be.
enum class TextRule {
  free,       ///< any text up to 1000 characters
  name,       ///< [a-z0-9][a-z0-9._-]*, at most 64 characters, never "." or ".." (used in paths)
  reference,  ///< a name that must exist elsewhere, checked by the object's own validation
};

class Fields {
 public:
  virtual ~Fields() = default;

  virtual void number(const char* key, double& value, Range, Doc,
                      Presence = Presence::optional) = 0;
  virtual void number(const char* key, std::optional<double>& value, Range, Doc) = 0;
  virtual void integer(const char* key, std::int64_t& value, Range, Doc,
                       Presence = Presence::optional) = 0;
  virtual void integer(const char* key, std::optional<std::int64_t>& value, Range, Doc) = 0;
  virtual void seed(const char* key, std::uint64_t& value, Doc) = 0;  ///< 0 .. 2^53 - 1
  virtual void boolean(const char* key, bool& value, Doc) = 0;
  virtual void text(const char* key, std::string& value, TextRule, Doc,
                    Presence = Presence::optional) = 0;
  virtual void texts(const char* key, std::vector<std::string>& value, TextRule, Doc,
                     std::size_t min_items = 0, Presence = Presence::optional) = 0;
  virtual void distribution(const char* key, Distribution& value, Range, Doc,
                            Presence = Presence::optional) = 0;
  virtual void distribution(const char* key, std::optional<Distribution>& value, Range, Doc) = 0;
  /// A list of pairs of numbers: [[1, 0.5], [2, 1]].
  virtual void pairs(const char* key, std::vector<std::pair<double, double>>& value, Doc,
                     Presence = Presence::optional) = 0;
  /// A bound: a number, or else a text (the name of what gives the bound). At most one is set.
  virtual void number_or_text(const char* key, std::optional<double>& number, std::string& text,
                              Doc) = 0;
  /// Another word for `key`; giving both is an error. Describe it right after the key.
  virtual void alias(const char* alias, const char* key, std::string& value, Doc) = 0;
  /// "model" and "options" of an architecture: the catalog says what is legal. The options are read
  /// when all else has been read, so that a model may look at the whole scenario.
  virtual void model(ArchitectureSpec&, Doc model, Doc options) = 0;

  /// An enum by its legal words.
  template <class E>
  void choice(const char* key, E& value, std::vector<std::pair<const char*, E>> words, Doc doc,
              Presence presence = Presence::optional) {
    std::vector<const char*> names;
    std::size_t current = 0;
    for (std::size_t i = 0; i < words.size(); ++i) {
      names.push_back(words[i].first);
      if (words[i].second == value) current = i;
    }
    choose(key, names, current, doc, presence);
    value = words[current].second;
  }
  template <class E>
  void choice(const char* key, std::optional<E>& value,
              std::vector<std::pair<const char*, E>> words, Doc doc) {
    std::vector<const char*> names;
    std::optional<std::size_t> current;
    for (std::size_t i = 0; i < words.size(); ++i) {
      names.push_back(words[i].first);
      if (value && words[i].second == *value) current = i;
    }
    choose(key, names, current, doc);
    if (current) value = words[*current].second;
  }

  /// A nested object; left out, it keeps its defaults.
  template <class T>
  void object(const char* key, T& value, Doc doc, Presence presence = Presence::optional) {
    nested(key, doc, presence, [&value](Fields& f) { describe(f, value); });
  }
  template <class T>
  void object(const char* key, std::optional<T>& value, Doc doc) {
    T fresh = value ? *value : T{};
    if (nested_optional(key, value.has_value(), doc, [&fresh](Fields& f) { describe(f, fresh); }))
      value = std::move(fresh);
  }
  /// A list of objects; each begins as a copy of `fresh`.
  template <class T>
  void list(const char* key, std::vector<T>& value, std::size_t min_items, Doc doc,
            Presence presence = Presence::optional, const T& fresh = T{}) {
    items(
        key, value.size(), min_items, doc, presence, [&](std::size_t n) { value.assign(n, fresh); },
        [&](Fields& f, std::size_t i) { describe(f, value[i]); },
        [&](Fields& f) {
          T one = fresh;
          describe(f, one);
        });
  }

  /// A rule that needs several keys at once. The message is kept only by the reader; `key` is the
  /// key to point at ("" for the object itself). `looks_at`: the other keys that decide; the rule
  /// is judged unless one of them is wrong already. None given: unless anything in the object is.
  /// Call after the keys have been described.
  virtual void require(bool holds, const char* key, const std::function<std::string()>& message,
                       const std::vector<const char*>& looks_at = {}) = 0;
  /// The object must hold exactly one of these keys. Call after they have been described.
  virtual void exactly_one_of(const std::vector<const char*>& keys) = 0;
  /// True while values are being read from a user's file (validation makes sense).
  virtual bool reading() const = 0;
  /// True when the key stands in the file.
  virtual bool has(const char* key) const = 0;

  /// A key of an older format: a hint instead of "unknown key".
  virtual void renamed(const char* old_key, const char* new_key) = 0;
  /// Words about the object itself, for the schema; call it first. An object that stands in several
  /// places has a type name: the schema then describes it once, under $defs.
  virtual void about(const char* text, const char* type_name = "") = 0;

 protected:
  virtual void choose(const char* key, const std::vector<const char*>& names, std::size_t& current,
                      Doc, Presence) = 0;
  virtual void choose(const char* key, const std::vector<const char*>& names,
                      std::optional<std::size_t>& current, Doc) = 0;
  virtual void nested(const char* key, Doc, Presence, const std::function<void(Fields&)>&) = 0;
  virtual bool nested_optional(const char* key, bool present, Doc,
                               const std::function<void(Fields&)>&) = 0;
  virtual void items(const char* key, std::size_t size, std::size_t min_items, Doc, Presence,
                     const std::function<void(std::size_t)>& resize,
                     const std::function<void(Fields&, std::size_t)>& each,
                     const std::function<void(Fields&)>& fresh) = 0;
};

}  // namespace writepath
