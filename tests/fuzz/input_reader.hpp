#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace halo::test {

/// Takes an input apart: a few numbers at its front, the rest is text. What is not there is zero.
/// *Lifetime:* the input must outlive what was taken.
class InputReader {
 public:
  InputReader(const std::uint8_t* data, std::size_t size) noexcept
      : rest_(reinterpret_cast<const char*>(data), size) {}

  std::uint8_t byte() noexcept {
    if (rest_.empty()) {
      return 0;
    }
    const auto value = static_cast<std::uint8_t>(rest_.front());
    rest_.remove_prefix(1);
    return value;
  }
  /// Two bytes, the higher one first.
  std::uint16_t number() noexcept {
    const unsigned high = byte();
    return static_cast<std::uint16_t>(high << 8 | byte());
  }
  std::string_view rest() const noexcept { return rest_; }

 private:
  std::string_view rest_;
};

}  // namespace halo::test
