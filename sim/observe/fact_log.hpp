#pragma once
// Where facts are stated. Hashes every fact into the run's fingerprint and hands it to the sinks,
// in order.
#include <cstdint>
#include <vector>

#include "sim/observe/facts.hpp"

namespace writepath {

/// FNV-like running hash over (fact type, fields): the same records that events.ndjson would hold.
class Fingerprint {
 public:
  template <class F>
  void add(const F& fact) {
    text(F::name);
    fact.fields([this](const char*, const auto& value) { this->value(value); });
  }
  std::uint64_t value() const { return hash_; }

 private:
  void word(std::uint64_t w) {
    hash_ ^= w;
    hash_ *= 0x9E3779B97F4A7C15ull;
    hash_ ^= hash_ >> 29;
  }
  void text(const char* s) {
    for (; *s; ++s) word(static_cast<unsigned char>(*s));
  }
  void value(const char* s) { text(s); }
  void value(bool b) { word(b); }
  template <class T>
  requires std::is_integral_v<T>
  void value(T v) { word(static_cast<std::uint64_t>(v)); }
  template <class Tag, class Rep>
  void value(StrongId<Tag, Rep> id) {
    word(id.value);
  }

  std::uint64_t hash_ = 0xCBF29CE484222325ull;
};

class FactLog {
 public:
  void add_sink(FactSink& sink) { sinks_.push_back(&sink); }
  template <class F>
  void state(const F& fact) {
    fingerprint_.add(fact);
    for (FactSink* sink : sinks_) sink->on(fact);
  }
  std::uint64_t fingerprint() const { return fingerprint_.value(); }

 private:
  Fingerprint fingerprint_;
  std::vector<FactSink*> sinks_;
};

}  // namespace writepath
