#pragma once
// Addresses for answers that are still under way. A token is plain data that travels in messages;
// the object that waits for the answer may be gone when it arrives. The generation tells.
#include <cstdint>
#include <vector>

namespace writepath {

/// {slot, generation}; generation 0 is no token at all and reaches nobody.
struct Token {
  std::uint32_t slot = 0;
  std::uint32_t generation = 0;
  friend bool operator==(const Token&, const Token&) = default;
};
/// One type for each kind of addressee, so that they can't be confused.
struct QuorumToken : Token {};
struct ReplyToken : Token {};

class TokenTable {
 public:
  Token acquire(void* addressee) {
    std::uint32_t slot;
    if (free_.empty()) {
      slot = static_cast<std::uint32_t>(entries_.size());
      entries_.push_back({});
    } else {
      slot = free_.back();
      free_.pop_back();
    }
    Entry& entry = entries_[slot];
    entry.addressee = addressee;
    return {slot, ++entry.generation};
  }
  /// From now on the token is late. The slot's next owner gets a new generation.
  void release(Token token) {
    Entry& entry = entries_[token.slot];
    entry.addressee = nullptr;
    ++entry.generation;
    free_.push_back(token.slot);
  }
  /// Null for a late token, which is counted.
  void* find(Token token) {
    if (token.slot < entries_.size() && entries_[token.slot].generation == token.generation &&
        token.generation != 0) [[likely]]
      return entries_[token.slot].addressee;
    ++late_;
    return nullptr;
  }
  std::uint64_t late() const { return late_; }

 private:
  struct Entry {
    void* addressee = nullptr;
    std::uint32_t generation = 0;  // odd while in use
  };
  std::vector<Entry> entries_;
  std::vector<std::uint32_t> free_;
  std::uint64_t late_ = 0;
};

}  // namespace writepath
