#include "tests/support/allocations.hpp"

#include <atomic>
#include <cstdlib>
#include <new>

namespace {

std::atomic<std::size_t> g_bytes_in_use{0};
std::atomic<std::size_t> g_allocations{0};

// The size stands before each block; 16 bytes keep the alignment that new promises.
constexpr std::size_t kHeaderBytes = 16;

}  // namespace

void* operator new(std::size_t size) {
  void* const block = std::malloc(size + kHeaderBytes);
  if (block == nullptr) {
    throw std::bad_alloc();
  }
  *static_cast<std::size_t*>(block) = size;
  g_bytes_in_use += size;
  ++g_allocations;
  return static_cast<char*>(block) + kHeaderBytes;
}

void operator delete(void* memory) noexcept {
  if (memory != nullptr) {
    void* const block = static_cast<char*>(memory) - kHeaderBytes;
    g_bytes_in_use -= *static_cast<std::size_t*>(block);
    std::free(block);
  }
}

void operator delete(void* memory, std::size_t /*size*/) noexcept { operator delete(memory); }

// The library's own forms for arrays come here, but not those of a sanitizer.
void* operator new[](std::size_t size) { return operator new(size); }
void operator delete[](void* memory) noexcept { operator delete(memory); }
void operator delete[](void* memory, std::size_t /*size*/) noexcept { operator delete(memory); }

namespace halo::test {

std::size_t allocations() noexcept { return g_allocations; }
std::size_t bytes_in_use() noexcept { return g_bytes_in_use; }

}  // namespace halo::test
