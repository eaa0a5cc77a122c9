#pragma once
// Locals of live coroutines, counted: 0 at the end of every test that lost none.

namespace writepath::test {

struct Counted {
  Counted() { ++alive; }
  Counted(const Counted&) { ++alive; }
  ~Counted() { --alive; }
  static inline long alive = 0;
};

}  // namespace writepath::test
