#include "sim/engine/frame_pool.hpp"

namespace writepath {

// Chunks are never given back: they serve every later coroutine of the process.
void FramePool::refill(std::size_t size_class) {
  constexpr std::size_t chunk_bytes = std::size_t{1} << 16;
  const std::size_t frame_bytes = size_class * granule;
  auto* const chunk = static_cast<char*>(::operator new(chunk_bytes));
  // From the end, so that frames are handed out in ascending addresses.
  for (std::size_t i = chunk_bytes / frame_bytes; i-- > 0;)
    free_[size_class] = ::new (chunk + i * frame_bytes) FreeFrame{free_[size_class]};
}

}  // namespace writepath
