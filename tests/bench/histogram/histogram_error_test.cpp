#include "bench/histogram/histogram_error.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace halo::bench {
namespace {

TEST(HistogramError, EachSaysSomethingElse) {
  std::vector<std::string> texts;
  for (int code = static_cast<int>(HistogramErrc::kNotBase64);
       code <= static_cast<int>(HistogramErrc::kUnreadable); ++code) {
    const std::string text = histogram_category().message(code);
    EXPECT_NE(text, "unknown") << code;
    EXPECT_EQ(std::count(texts.begin(), texts.end(), text), 0) << text;
    texts.push_back(text);
  }
}

}  // namespace
}  // namespace halo::bench
