#include "bench/histogram/base64.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "bench/histogram/histogram_error.hpp"
#include "tests/support/seed.hpp"

namespace halo::bench {
namespace {

std::string decoded(std::string_view text) {
  const Result<std::vector<std::byte>> bytes = from_base64(text);
  return bytes ? std::string(reinterpret_cast<const char*>(bytes->data()), bytes->size())
               : bytes.error().message();
}

TEST(Base64, TheExamplesOfRfc4648) {
  for (const auto& [plain, text] :
       {std::pair("", ""), std::pair("f", "Zg=="), std::pair("fo", "Zm8="),
        std::pair("foo", "Zm9v"), std::pair("foob", "Zm9vYg=="), std::pair("fooba", "Zm9vYmE="),
        std::pair("foobar", "Zm9vYmFy")}) {
    EXPECT_EQ(to_base64(std::as_bytes(std::span(std::string_view(plain)))), text);
    EXPECT_EQ(decoded(text), plain);
  }
}

TEST(Base64, AnyBytesComeBack) {
  test::Random random(test::seed());
  for (std::size_t size = 0; size < 300; ++size) {
    std::vector<std::byte> bytes;
    for (std::size_t i = 0; i < size; ++i) {
      bytes.push_back(static_cast<std::byte>(random.below(256)));
    }
    EXPECT_EQ(from_base64(to_base64(bytes)).value(), bytes);
  }
}

TEST(Base64, WhatNoEncoderWritesIsRefused) {
  for (const std::string_view text : {"Z", "Zg", "Zg=", "Zm9vYg=", "Zg==Zg==", "Z===", "====",
                                      "Zm 9", "Zm9\n", "Zm9-", "Zm9_", "Zm9\xff", "Zh==", "Zm9="}) {
    EXPECT_EQ(from_base64(text).error(), HistogramErrc::kNotBase64) << text;
  }
}

}  // namespace
}  // namespace halo::bench
