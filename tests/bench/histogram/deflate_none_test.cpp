// A build without zlib: there are no logs of histograms, and each attempt says why.

#include <array>

#include <gtest/gtest.h>

#include "bench/histogram/deflate.hpp"
#include "bench/histogram/histogram_error.hpp"
#include "bench/histogram/histogram_log_writer.hpp"

namespace halo::bench {
namespace {

TEST(HistogramWithoutZlib, CannotBeWrittenOrRead) {
  EXPECT_FALSE(has_deflate());
  const std::array<std::byte, 1> byte{};
  EXPECT_EQ(deflate(byte).error(), HistogramErrc::kNoZlib);
  EXPECT_EQ(inflate(byte, 1).error(), HistogramErrc::kNoZlib);
  const LogInterval interval{"", {}, std::chrono::seconds(1), Histogram()};
  EXPECT_EQ(HistogramLogWriter({}).line(interval).error(), HistogramErrc::kNoZlib);
}

}  // namespace
}  // namespace halo::bench
