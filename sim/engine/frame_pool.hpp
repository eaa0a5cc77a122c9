#pragma once
// Memory for coroutine frames: free lists by size class, refilled from large chunks. One pool for
// the process (a process runs one simulation, on one thread at a time). Under AddressSanitizer, or
// with WRITEPATH_NO_FRAME_POOL (for valgrind), every frame is its own allocation, because recycled
// frames would hide a use after free.
#include <cstddef>
#include <new>

#if defined(__SANITIZE_ADDRESS__) && !defined(WRITEPATH_NO_FRAME_POOL)
#define WRITEPATH_NO_FRAME_POOL 1
#elif defined(__has_feature) && !defined(WRITEPATH_NO_FRAME_POOL)
#if __has_feature(address_sanitizer)
#define WRITEPATH_NO_FRAME_POOL 1
#endif
#endif

namespace writepath {

class FramePool {
 public:
  static void* allocate(std::size_t bytes) {
    ++live_;
#ifdef WRITEPATH_NO_FRAME_POOL
    return ::operator new(bytes);
#else
    if (bytes > largest) [[unlikely]]
      return ::operator new(bytes);
    FreeFrame*& first = free_[size_class(bytes)];
    if (first == nullptr) [[unlikely]]
      refill(size_class(bytes));
    FreeFrame* const frame = first;
    first = frame->next;
    return frame;
#endif
  }

  static void release(void* frame, std::size_t bytes) noexcept {
    --live_;
#ifdef WRITEPATH_NO_FRAME_POOL
    (void)bytes;
    ::operator delete(frame);
#else
    if (bytes > largest) [[unlikely]] {
      ::operator delete(frame);
      return;
    }
    FreeFrame*& first = free_[size_class(bytes)];
    first = ::new (frame) FreeFrame{first};
#endif
  }

  /// Frames that exist now; 0 when every coroutine is gone.
  static std::ptrdiff_t live() noexcept { return live_; }

 private:
  struct FreeFrame {
    FreeFrame* next;
  };
  static constexpr std::size_t granule = 32;
  static constexpr std::size_t largest = 2048;
  static constexpr std::size_t size_class(std::size_t bytes) {
    return (bytes + granule - 1) / granule;
  }
  static void refill(std::size_t size_class);

  static inline FreeFrame* free_[largest / granule + 1] = {};
  static inline std::ptrdiff_t live_ = 0;
};

}  // namespace writepath
