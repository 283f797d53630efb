#pragma once

#include <bit>
#include <cstdint>
#include <memory>
#include <new>
#include <utility>
#include <vector>

#include "reactor/check.hpp"
#include "reactor/limits.hpp"
#include "reactor/token.hpp"

namespace halo {

/// Objects at stable addresses, named by tokens that stop working when their object is gone.
/// *Owner:* whoever declares it, which owns the objects. *Thread:* one.
///
/// 1. A token is never used twice: each carries a number that the whole slab counts up, so a
///    stale token finds nothing even when its slot lives again.
/// 2. Objects do not move; pointers stay valid until `erase`.
/// 3. Insert and erase are O(1) and allocate once per chunk. Of the chunks without objects one is
///    kept, so that a size which swings around a chunk's edge does not allocate; the others are
///    given back.
template <class T>
class Slab {
 public:
  Slab() = default;
  Slab(const Slab&) = delete;
  Slab& operator=(const Slab&) = delete;
  ~Slab() {
    for_each([this](Token token, T&) { erase(token); });
  }

  std::size_t size() const noexcept { return size_; }

  /// Makes a T from `args` in a free slot. The pointer and the token name the same object.
  template <class... Args>
  std::pair<Token, T*> insert(Args&&... args) {
    if (chunks_with_room_.empty()) {
      add_chunk();
    }
    const std::uint32_t chunk_index = chunks_with_room_.back();
    Chunk& chunk = *chunks_[chunk_index];
    const std::uint32_t index = chunk.first_free;
    Slot& slot = chunk.slots[index];
    T* object = ::new (static_cast<void*>(slot.storage)) T(std::forward<Args>(args)...);
    chunk.first_free = slot.next_free;
    empty_chunks_ -= chunk.used == 0 ? 1 : 0;
    ++chunk.used;
    if (chunk.first_free == kNone) {
      chunks_with_room_.pop_back();
      chunk.listed = false;
    }
    ++size_;
    last_generation_ = last_generation_ == UINT32_MAX ? 1 : last_generation_ + 1;
    slot.generation = last_generation_;
    return {Token{chunk_index * kSlots + index, slot.generation}, object};
  }

  /// The object, or null when it is gone. Valid until its `erase`.
  T* find(Token token) noexcept {
    const std::uint32_t chunk_index = token.slot / kSlots;
    if (chunk_index >= chunks_.size() || chunks_[chunk_index] == nullptr) {
      return nullptr;
    }
    Slot& slot = chunks_[chunk_index]->slots[token.slot % kSlots];
    if (slot.generation != token.generation || token.generation == 0) {
      return nullptr;
    }
    return slot.object();
  }

  /// Has the processor fetch what `find` and a first look at the object will need.
  void prefetch(Token token) noexcept {
    const std::uint32_t chunk_index = token.slot / kSlots;
    if (chunk_index < chunks_.size() && chunks_[chunk_index] != nullptr) {
      __builtin_prefetch(&chunks_[chunk_index]->slots[token.slot % kSlots]);
    }
  }

  /// Destroys the object; false when it was gone already.
  bool erase(Token token) noexcept {
    T* object = find(token);
    if (object == nullptr) {
      return false;
    }
    const std::uint32_t chunk_index = token.slot / kSlots;
    Chunk& chunk = *chunks_[chunk_index];
    Slot& slot = chunk.slots[token.slot % kSlots];
    slot.generation = 0;  // before the destructor: whoever looks from there finds nothing
    object->~T();
    slot.next_free = chunk.first_free;
    chunk.first_free = token.slot % kSlots;
    --chunk.used;
    --size_;
    if (!chunk.listed) {
      chunk.listed = true;
      chunks_with_room_.push_back(chunk_index);
    }
    if (chunk.used == 0 && ++empty_chunks_ > 1) {
      give_back(chunk_index);
    }
    return true;
  }

  /// Calls `visit(token, object)` for each object that was there at the call. The visit may erase
  /// any object; what it inserts may or may not be visited.
  template <class Visit>
  void for_each(Visit visit) {
    for (std::uint32_t c = 0; c < chunks_.size(); ++c) {
      for (std::uint32_t i = 0; i < kSlots && chunks_[c] != nullptr; ++i) {
        Slot& slot = chunks_[c]->slots[i];
        if (slot.generation != 0) {
          visit(Token{c * kSlots + i, slot.generation}, *slot.object());
        }
      }
    }
  }

 private:
  static constexpr auto kSlots = static_cast<std::uint32_t>(limits::kSlabChunkSlots);
  static constexpr std::uint32_t kNone = UINT32_MAX;
  static_assert(std::has_single_bit(kSlots), "slot numbers are split by shift and mask");

  struct Slot {
    std::uint32_t generation = 0;  // 0: free
    std::uint32_t next_free = 0;
    alignas(T) std::byte storage[sizeof(T)];

    T* object() noexcept { return std::launder(reinterpret_cast<T*>(storage)); }
  };

  struct Chunk {
    std::uint32_t first_free = 0;
    std::uint32_t used = 0;
    bool listed = true;  // in chunks_with_room_
    Slot slots[kSlots];

    Chunk() {
      for (std::uint32_t i = 0; i < kSlots; ++i) {
        slots[i].next_free = i + 1 < kSlots ? i + 1 : kNone;
      }
    }
  };

  void add_chunk() {
    std::uint32_t chunk_index = static_cast<std::uint32_t>(chunks_.size());
    if (!empty_places_.empty()) {
      chunk_index = empty_places_.back();
      empty_places_.pop_back();
    } else {
      HALO_CHECK(chunks_.size() < UINT32_MAX / kSlots, "a slab holds at most 2^32 objects");
      chunks_.emplace_back();
    }
    chunks_[chunk_index] = std::make_unique<Chunk>();
    chunks_with_room_.push_back(chunk_index);
    ++empty_chunks_;
  }

  void give_back(std::uint32_t chunk_index) noexcept {
    --empty_chunks_;
    std::erase(chunks_with_room_, chunk_index);
    chunks_[chunk_index].reset();
    empty_places_.push_back(chunk_index);
  }

  std::vector<std::unique_ptr<Chunk>> chunks_;
  std::vector<std::uint32_t> chunks_with_room_;
  std::vector<std::uint32_t> empty_places_;  // indices in chunks_ without a chunk
  std::size_t size_ = 0;
  std::size_t empty_chunks_ = 0;
  std::uint32_t last_generation_ = 0;
};

}  // namespace halo
