#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bench/hex_text.hpp"

namespace halo::bench::load {

inline constexpr std::size_t kNumberDigits = 16;

/// What is asked: bytes, in which each `{n}` stands for the question's number, 16 hexadecimal
/// digits. All questions have the same length. A value.
class QuestionText {
 public:
  explicit QuestionText(std::string_view text);

  bool has_number() const noexcept { return !numbers_at_.empty(); }
  std::size_t size() const noexcept { return text_.size(); }

  /// Appends question `number` to `out`.
  void append(std::uint64_t number, std::string& out) const;

  /// Whether `answer` has that number in it, as it would stand in the question.
  static bool has_number(std::string_view answer, std::uint64_t number) noexcept;
  /// Calls `found` for each 16 hexadecimal digits in `answer` that may be a number, until it says
  /// true. Returns whether it did.
  template <class Found>
  static bool any_number(std::string_view answer, Found found);

 private:
  std::string text_;  // with room for the digits
  std::vector<std::size_t> numbers_at_;
};

/// `text` with \n, \r, \t, \0, \\ and \xHH in place of what they stand for. Nothing: there is
/// another escape in it.
std::optional<std::string> unescape(std::string_view text);

template <class Found>
bool QuestionText::any_number(std::string_view answer, Found found) {
  std::size_t digits = 0;  // in a row until here
  for (std::size_t i = 0; i < answer.size(); ++i) {
    const bool digit = kHexValues[static_cast<unsigned char>(answer[i])] < 16;
    digits = digit ? digits + 1 : 0;
    if (digits >= kNumberDigits &&
        found(*read_hex(answer.substr(i + 1 - kNumberDigits, kNumberDigits)))) {
      return true;
    }
  }
  return false;
}

}  // namespace halo::bench::load
