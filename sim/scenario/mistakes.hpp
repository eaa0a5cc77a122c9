#pragma once
// Collects mistakes while a scenario is read and checked.
#include <string>
#include <string_view>
#include <vector>

#include "sim/scenario/json_node.hpp"

namespace writepath {

struct Mistake {
  Place place;
  std::string pointer, message;
};

class Mistakes {
 public:
  /// Keeps the first thousand: nobody reads more, and a hostile file must not fill the memory.
  void add(Place place, std::string pointer, std::string message);

  /// True when something at, under or around the pointer is wrong already, so that a rule which
  /// looks at it would only repeat the mistake in other words.
  bool touch(std::string_view pointer) const;

  /// True when something at or under the pointer is wrong already.
  bool under(std::string_view pointer) const;

  /// Nothing more will be kept: a message need not be made.
  bool full() const;
  bool empty() const { return list_.empty(); }
  std::size_t size() const { return list_.size(); }
  /// Ordered by place; where mistakes were dropped, a last one says how many.
  std::vector<Mistake> sorted() const;

 private:
  std::vector<Mistake> list_;
  std::size_t dropped_ = 0;
};

}  // namespace writepath
