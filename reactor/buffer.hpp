#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

namespace halo {

/// A queue of bytes in one piece: appended at the back, consumed at the front.
///
///     [ consumed | bytes() ............ | room ]
///                begin_                 end_   capacity_
///
/// 1. An empty buffer owns no memory once `release()` was called; a new one owns none.
/// 2. Growth doubles, so that appending n bytes costs O(n) however they arrive.
/// 3. At most kBytesMax bytes; its user bounds it far below (high mark, message maximum).
class Buffer {
 public:
  static constexpr std::size_t kBytesMax = std::size_t{1} << 31;

  Buffer() noexcept = default;
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;

  bool empty() const noexcept { return begin_ == end_; }
  std::size_t size() const noexcept { return end_ - begin_; }
  std::size_t capacity() const noexcept { return capacity_; }

  /// What is in the buffer. Valid until the next call that is not const.
  std::span<const std::byte> bytes() const noexcept { return {data_.get() + begin_, size()}; }

  void append(std::span<const std::byte> bytes) {
    if (bytes.size() > capacity_ - end_) {
      grow(bytes.size());
    }
    std::copy(bytes.begin(), bytes.end(), data_.get() + end_);
    end_ += static_cast<std::uint32_t>(bytes.size());
  }

  /// Room for at least `bytes_min` bytes behind the content, to be filled by the caller, who then
  /// says `commit(n)`.
  std::span<std::byte> prepare(std::size_t bytes_min);
  void commit(std::size_t bytes);

  /// Removes `bytes` from the front; at most `size()`.
  void consume(std::size_t bytes);

  void clear() noexcept { begin_ = end_ = 0; }

  /// Forgets the content and gives the memory back.
  void release() noexcept;

 private:
  void grow(std::size_t bytes_min);

  std::unique_ptr<std::byte[]> data_;
  std::uint32_t begin_ = 0;
  std::uint32_t end_ = 0;
  std::uint32_t capacity_ = 0;
};

}  // namespace halo
