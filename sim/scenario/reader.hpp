#pragma once
// Fields that read: fills values from a JSON object and reports what is wrong with it.
#include <memory>
#include <string>
#include <vector>

#include "sim/scenario/fields.hpp"
#include "sim/scenario/json_node.hpp"
#include "sim/scenario/mistakes.hpp"
#include "sim/scenario/model_catalog.hpp"

namespace writepath {

/// An architecture whose options are still to be read.
struct PendingOptions {
  ArchitectureSpec* architecture = nullptr;
  const JsonNode* node = nullptr;  ///< of "options"; null when left out
  std::string pointer;             ///< of the architecture
  Place place;                     ///< of the architecture
};

/// What all readers of one document share.
struct Reading {
  Mistakes& mistakes;
  const ModelCatalog& catalog;
  std::vector<PendingOptions> pending;
};

class Reader final : public Fields {
 public:
  /// Of an object; `node` may be null: then every key is missing, and `place` stands for the
  /// object.
  Reader(Reading& reading, const JsonNode* node, std::string pointer, Place place);

  /// Reports the keys that nobody asked for. Call once, after `describe`.
  void finish();
  /// Rules that look at several keys are not worth checking: what they look at is wrong.
  void mute_rules() { muted_ = true; }

  void number(const char* key, double& value, Range, Doc, Presence) override;
  void number(const char* key, std::optional<double>& value, Range, Doc) override;
  void integer(const char* key, std::int64_t& value, Range, Doc, Presence) override;
  void integer(const char* key, std::optional<std::int64_t>& value, Range, Doc) override;
  void seed(const char* key, std::uint64_t& value, Doc) override;
  void boolean(const char* key, bool& value, Doc) override;
  void text(const char* key, std::string& value, TextRule, Doc, Presence) override;
  void texts(const char* key, std::vector<std::string>& value, TextRule, Doc, std::size_t min_items,
             Presence) override;
  void distribution(const char* key, Distribution& value, Range, Doc, Presence) override;
  void distribution(const char* key, std::optional<Distribution>& value, Range, Doc) override;
  void pairs(const char* key, std::vector<std::pair<double, double>>& value, Doc,
             Presence) override;
  void number_or_text(const char* key, std::optional<double>& number, std::string& text,
                      Doc) override;
  void alias(const char* alias, const char* key, std::string& value, Doc) override;
  void model(ArchitectureSpec&, Doc model, Doc options) override;
  void require(bool holds, const char* key, const std::function<std::string()>& message,
               const std::vector<const char*>& looks_at) override;
  void exactly_one_of(const std::vector<const char*>& keys) override;
  bool reading() const override { return true; }
  bool has(const char* key) const override;
  void renamed(const char* old_key, const char* new_key) override;
  void about(const char*, const char*) override {}

 protected:
  void choose(const char* key, const std::vector<const char*>& names, std::size_t& current, Doc,
              Presence) override;
  void choose(const char* key, const std::vector<const char*>& names,
              std::optional<std::size_t>& current, Doc) override;
  void nested(const char* key, Doc, Presence, const std::function<void(Fields&)>&) override;
  bool nested_optional(const char* key, bool present, Doc,
                       const std::function<void(Fields&)>&) override;
  void items(const char* key, std::size_t size, std::size_t min_items, Doc, Presence,
             const std::function<void(std::size_t)>& resize,
             const std::function<void(Fields&, std::size_t)>& each,
             const std::function<void(Fields&)>& fresh) override;

 private:
  /// The value of a key, now known as legal and consumed; null (and reported, if it is required)
  /// when it is missing. The types, where given, are the only legal ones.
  const JsonNode* take(const char* key, Presence);
  const JsonNode* take(const char* key, Presence, JsonNode::Type, Doc);
  const JsonNode* take_list(const char* key, Presence, std::size_t min_items, Doc);
  void wrong(const JsonNode& node, const std::string& pointer, std::string message);
  void wrong_type(const JsonNode& node, const std::string& pointer, const char* expected, Doc);
  bool in_range(const JsonNode& node, const std::string& pointer, Range, Doc);
  bool read_number(const JsonNode& node, const std::string& pointer, double& value, Range, Doc);
  bool read_text(const JsonNode& node, const std::string& pointer, std::string& value, TextRule);
  void read_object(const JsonNode& node, const std::string& pointer,
                   const std::function<void(Fields&)>& body);
  /// Whether the key's value, or something in it, could not be read.
  bool is_wrong(const char* key) const;
  std::string at(const char* key) const { return pointer_ + pointer_step(key); }

  Reading& shared_;
  const JsonNode* node_;
  std::string pointer_;
  Place place_;
  std::vector<std::string> legal_;
  std::vector<bool> consumed_;
  std::vector<std::string> wrong_;  ///< pointers of the keys that could not be read
  bool muted_ = false;              ///< no rule can be judged
};

}  // namespace writepath
