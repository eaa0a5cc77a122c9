#pragma once
// Counts what the whole program allocates: it replaces operator new. So one source file of a
// program includes it, and no program that runs under a sanitizer, which has its own.
#include <cstdint>
#include <cstdlib>
#include <new>

namespace writepath::test {
inline std::uint64_t allocations = 0, allocated_bytes = 0;
}

// Not inlined: g++ would see malloc on one side and delete on the other.
[[gnu::noinline]] void* operator new(std::size_t bytes) {
  ++writepath::test::allocations;
  writepath::test::allocated_bytes += bytes;
  if (void* memory = std::malloc(bytes == 0 ? 1 : bytes)) return memory;
  throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
