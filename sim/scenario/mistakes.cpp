#include "sim/scenario/mistakes.hpp"

#include <algorithm>
#include <tuple>

namespace writepath {
namespace {

constexpr std::size_t kept_at_most = 1000;

/// `pointer` is `prefix` itself or lies beneath it.
bool beneath(std::string_view pointer, std::string_view prefix) {
  return pointer.substr(0, prefix.size()) == prefix &&
         (pointer.size() == prefix.size() || pointer[prefix.size()] == '/');
}

}  // namespace

void Mistakes::add(Place place, std::string pointer, std::string message) {
  if (!full())
    list_.push_back({place, std::move(pointer), std::move(message)});
  else
    ++dropped_;
}

bool Mistakes::touch(std::string_view pointer) const {
  return std::any_of(list_.begin(), list_.end(), [pointer](const Mistake& mistake) {
    return beneath(mistake.pointer, pointer) || beneath(pointer, mistake.pointer);
  });
}

bool Mistakes::full() const { return list_.size() >= kept_at_most; }

bool Mistakes::under(std::string_view pointer) const {
  return std::any_of(list_.begin(), list_.end(), [pointer](const Mistake& mistake) {
    return beneath(mistake.pointer, pointer);
  });
}

std::vector<Mistake> Mistakes::sorted() const {
  std::vector<Mistake> result = list_;
  std::stable_sort(result.begin(), result.end(), [](const Mistake& a, const Mistake& b) {
    return std::tie(a.place.source, a.place.line, a.place.column) <
           std::tie(b.place.source, b.place.line, b.place.column);
  });
  if (dropped_ > 0)
    result.push_back({{}, "", "and " + std::to_string(dropped_) + " more mistakes"});
  return result;
}

}  // namespace writepath
