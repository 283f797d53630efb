#include "protocols/http/internal/byte_scan.hpp"

#include <string>

#include <gtest/gtest.h>

namespace halo::http {
namespace {

constexpr std::size_t kLongest = 3 * ByteBlock::kBytes + 1;

/// Calls `check(text, byte, at)` with each byte at each place of texts of all lengths, among others
/// that are nothing special.
template <class Check>
void for_each_place(Check&& check) {
  for (std::size_t bytes = 0; bytes <= kLongest; ++bytes) {
    for (std::size_t at = 0; at < bytes; ++at) {
      for (int value = 0; value < 256; ++value) {
        std::string text(bytes, 'a');
        text[at] = static_cast<char>(value);
        check(text, static_cast<unsigned char>(value), at);
      }
    }
  }
}

TEST(ByteScan, FindsAControlByteWhereverItStands) {
  for_each_place([](const std::string& text, unsigned char byte, std::size_t at) {
    const bool control = (byte < 0x20 && byte != '\t') || byte == 0x7f;
    ASSERT_EQ(control ? at : text.size(), find_control(text, 0)) << int{byte} << " at " << at;
  });
}

TEST(ByteScan, FindsTheFirstControlByteFromThereOn) {
  const std::string text = std::string(20, 'a') + "\r\n" + std::string(20, 'b') + "\r";
  EXPECT_EQ(20U, find_control(text, 0));
  EXPECT_EQ(20U, find_control(text, 20));
  EXPECT_EQ(21U, find_control(text, 21));
  EXPECT_EQ(42U, find_control(text, 22));
  EXPECT_EQ(43U, find_control(text, 43));
}

TEST(ByteScan, FindsAByteThatNoTargetHasWhereverItStands) {
  EXPECT_EQ(0U, find_no_target_byte("", 0));
  for_each_place([](const std::string& text, unsigned char byte, std::size_t at) {
    const bool fits = byte > 0x20 && byte < 0x7f && byte != '#';
    ASSERT_EQ(fits ? text.size() : at, find_no_target_byte(text, 0)) << int{byte} << " at " << at;
  });
}

}  // namespace
}  // namespace halo::http
