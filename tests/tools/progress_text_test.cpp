#include "tools/httpget/progress_text.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace halo::httpget {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

constexpr std::uint64_t kMiB = 1024 * 1024;

ProgressState half_done() {
  ProgressState state;
  state.name = "page.html";
  state.bytes = 5 * kMiB;
  state.total = 10 * kMiB;
  state.bytes_per_s = static_cast<double>(kMiB);
  state.elapsed = 5s;
  return state;
}

TEST(ProgressText, TellsPartRateAndTimeLeft) {
  EXPECT_EQ(progress_text(half_done(), 80),
            "page.html   50% [=========>        ] 5.00 MiB of 10.0 MiB, 1.00 MiB/s, 0:05 left");
}

TEST(ProgressText, LeavesOutWhatMattersLeastWhereThereIsNoRoom) {
  EXPECT_EQ(progress_text(half_done(), 65),
            "page.html   50% 5.00 MiB of 10.0 MiB, 1.00 MiB/s, 0:05 left");
  EXPECT_EQ(progress_text(half_done(), 50), " 50% 5.00 MiB of 10.0 MiB, 1.00 MiB/s, 0:05 left");
  EXPECT_EQ(progress_text(half_done(), 4), " 50%");
  EXPECT_EQ(progress_text(half_done(), 0), "");
}

TEST(ProgressText, NeverPassesTheWidth) {
  ProgressState state = half_done();
  state.name = "n\xc3\xa4me-\xe2\x82\xac-" + std::string(300, 'x');
  for (const bool known : {true, false}) {
    state.total = known ? std::optional(10 * kMiB) : std::nullopt;
    for (std::size_t columns = 0; columns < 200; ++columns) {
      std::size_t shown = 0;
      for (const char c : progress_text(state, columns)) {
        shown += (static_cast<unsigned char>(c) & 0xc0) != 0x80 ? 1 : 0;
      }
      EXPECT_LE(shown, columns);
    }
  }
}

TEST(ProgressText, ReachesTheEndOfTheBarAtTheEndOnly) {
  ProgressState state = half_done();
  state.bytes = *state.total - 1;
  EXPECT_THAT(progress_text(state, 80), HasSubstr(" 99% [=================>]"));
  state.bytes = *state.total;
  EXPECT_THAT(progress_text(state, 80), HasSubstr("100% ["));
  EXPECT_THAT(progress_text(state, 80), HasSubstr("==] 10.0 MiB of"));
  EXPECT_THAT(progress_text(state, 80), Not(HasSubstr("left")));
  state.bytes = *state.total + 1;  // a server that sends more is wrong, not a bar beyond its end
  EXPECT_THAT(progress_text(state, 80), HasSubstr("100% ["));
  state.bytes = 0;
  state.total = 0;
  EXPECT_THAT(progress_text(state, 80), HasSubstr("100% ["));
}

TEST(ProgressText, TurnsASpinnerWhereTheEndIsUnknown) {
  ProgressState state = half_done();
  state.total.reset();
  EXPECT_EQ(progress_text(state, 80), "page.html  | 5.00 MiB, 1.00 MiB/s, 0:05");
  state.tick = 1;
  EXPECT_EQ(progress_text(state, 80), "page.html  / 5.00 MiB, 1.00 MiB/s, 0:05");
}

TEST(ProgressText, PromisesNoTimeThatItCannotKnow) {
  ProgressState state = half_done();
  state.bytes_per_s = 0;
  EXPECT_THAT(progress_text(state, 80), Not(HasSubstr("left")));
  state.bytes_per_s.reset();
  EXPECT_THAT(progress_text(state, 80), Not(HasSubstr("/s")));
  state.bytes_per_s = 1;
  state.total = UINT64_MAX;
  EXPECT_THAT(progress_text(state, 80), Not(HasSubstr("left")));
}

TEST(ProgressText, DisarmsNames) {
  ProgressState state = half_done();
  state.name = "a\x1b[2J";
  EXPECT_THAT(progress_text(state, 80), HasSubstr("a\\x1b[2J"));
}

TEST(RateMeter, KnowsNothingAtFirst) {
  RateMeter meter;
  EXPECT_EQ(meter.bytes_per_s(), std::nullopt);
  meter.add(TimePoint(1s), 100);
  EXPECT_EQ(meter.bytes_per_s(), std::nullopt);
  meter.add(TimePoint(1s), 200);
  EXPECT_EQ(meter.bytes_per_s(), std::nullopt);
}

TEST(RateMeter, LooksAtTheLastSecondsOnly) {
  RateMeter meter;
  for (int second = 0; second <= 60; ++second) {
    meter.add(TimePoint(std::chrono::seconds(second)), static_cast<std::uint64_t>(second) * 1000);
  }
  EXPECT_DOUBLE_EQ(*meter.bytes_per_s(), 1000);
  for (int second = 61; second <= 66; ++second) {
    meter.add(TimePoint(std::chrono::seconds(second)), 60'000);  // nothing comes any more
  }
  EXPECT_DOUBLE_EQ(*meter.bytes_per_s(), 0);
}

TEST(RateMeter, IsAtZeroAfterANewStart) {
  RateMeter meter;
  meter.add(TimePoint(1s), 1000);
  meter.add(TimePoint(2s), 10);
  EXPECT_EQ(meter.bytes_per_s(), 0);
}

TEST(FormatBytes, KeepsThreeDigits) {
  EXPECT_EQ(format_bytes(0), "0 B");
  EXPECT_EQ(format_bytes(1023), "1023 B");
  EXPECT_EQ(format_bytes(1024), "1.00 KiB");
  EXPECT_EQ(format_bytes(10 * 1024), "10.0 KiB");
  EXPECT_EQ(format_bytes(10 * 1024 - 1), "10.0 KiB");
  EXPECT_EQ(format_bytes(100 * 1024), "100 KiB");
  EXPECT_EQ(format_bytes(kMiB - 1), "1.00 MiB");
  EXPECT_EQ(format_bytes(UINT64_MAX), "16.0 EiB");
}

TEST(FormatTime, IsAClock) {
  EXPECT_EQ(format_time(0s), "0:00");
  EXPECT_EQ(format_time(67900ms), "1:07");
  EXPECT_EQ(format_time(59min + 59s), "59:59");
  EXPECT_EQ(format_time(100h + 1s), "100:00:01");
}

}  // namespace
}  // namespace halo::httpget
