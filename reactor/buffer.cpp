#include "reactor/buffer.hpp"

#include <algorithm>
#include <cstring>

#include "reactor/check.hpp"

namespace halo {

std::span<std::byte> Buffer::prepare(std::size_t bytes_min) {
  if (capacity_ - end_ < bytes_min) {
    grow(bytes_min);
  }
  return {data_.get() + end_, capacity_ - end_};
}

/// Makes room for `bytes_min` bytes behind the content.
void Buffer::grow(std::size_t bytes_min) {
  HALO_CHECK(bytes_min <= kBytesMax - size(), "a buffer would pass its maximum");
  const std::size_t used = size();
  const std::size_t needed = used + bytes_min;
  if (needed > capacity_ || begin_ < capacity_ / 2) {
    const std::size_t doubled = std::min<std::size_t>(std::size_t{capacity_} * 2, kBytesMax);
    const std::size_t capacity = std::max({needed, doubled, std::size_t{64}});
    auto grown = std::make_unique_for_overwrite<std::byte[]>(capacity);
    if (used > 0) {
      std::memcpy(grown.get(), data_.get() + begin_, used);
    }
    data_ = std::move(grown);
    capacity_ = static_cast<std::uint32_t>(capacity);
  } else {
    // At least half of the memory lies in front: moving pays for itself.
    std::memmove(data_.get(), data_.get() + begin_, used);
  }
  begin_ = 0;
  end_ = static_cast<std::uint32_t>(used);
}

void Buffer::commit(std::size_t bytes) {
  HALO_CHECK(bytes <= capacity_ - end_, "more committed than was prepared");
  end_ += static_cast<std::uint32_t>(bytes);
}

void Buffer::consume(std::size_t bytes) {
  HALO_CHECK(bytes <= size(), "more consumed than there is");
  begin_ += static_cast<std::uint32_t>(bytes);
  if (begin_ == end_) {
    begin_ = end_ = 0;
  }
}

void Buffer::release() noexcept {
  data_.reset();
  begin_ = end_ = capacity_ = 0;
}

}  // namespace halo
