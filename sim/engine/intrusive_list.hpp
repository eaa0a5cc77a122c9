#pragma once
// Doubly linked circular list whose links live in the members themselves: joining and leaving
// allocate nothing, and whoever is destroyed leaves its list by itself.
#include <coroutine>

namespace writepath {

/// A member of a list, or (unused as a member) the list's head. An unlinked hook points to itself.
class ListHook {
 public:
  ListHook() noexcept : previous_(this), next_(this) {}
  // A copied or assigned hook would leave its neighbours pointing at the wrong object.
  ListHook(const ListHook&) = delete;
  ListHook& operator=(const ListHook&) = delete;
  ~ListHook() {
    previous_->next_ = next_;
    next_->previous_ = previous_;
  }

  bool linked() const noexcept { return next_ != this; }
  void unlink() noexcept {
    previous_->next_ = next_;
    next_->previous_ = previous_;
    previous_ = next_ = this;
  }
  /// Joins the list of `place`, directly before it; before the head means at the end.
  void insert_before(ListHook& place) noexcept {
    previous_ = place.previous_;
    next_ = &place;
    previous_->next_ = this;
    place.previous_ = this;
  }

  ListHook& next() noexcept { return *next_; }
  ListHook& previous() noexcept { return *previous_; }

 private:
  ListHook* previous_;
  ListHook* next_;
};

/// A suspended coroutine that waits in some list. It is part of the awaiter, hence of the
/// coroutine's frame: destroying the frame takes it out of whatever list it stands in.
struct Waiter : ListHook {
  std::coroutine_handle<> coroutine;
};

/// FIFO of waiters; owns none of them. Destroying a non-empty list leaves its waiters asleep.
class WaiterList {
 public:
  bool empty() const noexcept { return !head_.linked(); }
  Waiter& front() noexcept { return static_cast<Waiter&>(head_.next()); }
  Waiter& back() noexcept { return static_cast<Waiter&>(head_.previous()); }
  void push_back(Waiter& waiter) noexcept { waiter.insert_before(head_); }

 private:
  ListHook head_;
};

}  // namespace writepath
