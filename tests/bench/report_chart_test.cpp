#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "bench/report/dot_chart.hpp"
#include "bench/report/line_chart.hpp"
#include "bench/report/time_chart.hpp"

namespace halo::bench::report {
namespace {

using testing::HasSubstr;
using testing::Not;

LineChart chart_of(std::vector<ChartPoint> points) {
  return {"title",
          "description",
          Axis::through({1, 10, 100}, Unit::kCount, 0.1),
          Axis::linear(10, Unit::kCount),
          "connections",
          {{"mine", {}, false, std::move(points)}},
          {}};
}

TEST(ReportLineChart, AMissingPointIsAGapWithACrossAndNoZero) {
  const std::string svg =
      draw(chart_of({{1, 5.0, {}, "five"}, {10, {}, {}, "failed"}, {100, 7.0, {}, "seven"}}), "c");
  EXPECT_THAT(svg, HasSubstr("data-t=\"not measured: failed\""));
  EXPECT_THAT(svg, HasSubstr(">missing</text>"));
  EXPECT_THAT(svg, Not(HasSubstr("class=\"line\""))) << "no two neighbours to connect";
}

TEST(ReportLineChart, WithoutMissingPointsNothingSaysSo) {
  const std::string svg = draw(chart_of({{1, 5.0, {}, "five"}, {10, 6.0, {}, "six"}}), "c");
  EXPECT_THAT(svg, Not(HasSubstr("missing")));
  EXPECT_THAT(svg, HasSubstr("class=\"line\""));
}

TEST(ReportLineChart, NothingButMissingPointsIsNoChart) {
  EXPECT_FALSE(has_marks(chart_of({{1, {}, {}, "failed"}})));
  EXPECT_TRUE(has_marks(chart_of({{1, 0.0, {}, "nothing"}})));
}

TEST(ReportDotChart, ARowWithoutAValueSaysWhyAndHasNoMark) {
  const DotChart chart{"title",
                       "description",
                       Axis::linear(1, Unit::kCores),
                       {{"mine", {}, {}, {}, "failed: EMFILE"}},
                       {}};
  EXPECT_FALSE(has_marks(chart));
  EXPECT_THAT(draw(chart, "c"), HasSubstr(">failed: EMFILE</text>"));
  EXPECT_THAT(draw(chart, "c"), Not(HasSubstr("<use")));
}

TimeSeries series_of(std::size_t count) {
  TimeSeries series;
  for (std::size_t i = 0; i < count; ++i) {
    series.emplace_back();
    series.back().end = std::chrono::milliseconds(100 * (i + 1));
    series.back().requests_per_s = 1000;
  }
  return series;
}

std::optional<double> requests(const Sample& sample) { return sample.requests_per_s; }

TEST(ReportTimeChart, ThinningKeepsAStallAndAPeak) {
  TimeSeries series = series_of(10'000);
  series[5003].requests_per_s = 0;
  series[7001].requests_per_s = 9000;
  const std::vector<TimePoint> points = thinned(series, requests, 100);
  EXPECT_LE(points.size(), 100U);
  double min = 1000, max = 1000, last = 0;
  for (const TimePoint& point : points) {
    min = std::min(min, *point.value);
    max = std::max(max, *point.value);
    EXPECT_GT(point.seconds, last) << "in the order of time";
    last = point.seconds;
  }
  EXPECT_EQ(min, 0);
  EXPECT_EQ(max, 9000);
}

TEST(ReportTimeChart, WhatIsNotKnownHasNoStrip) {
  const TimeSeries series = series_of(3);
  const TimeChart chart{"title", "description", {{"mine", {}, series}}, 100};
  const std::string svg = draw(chart, "c");
  EXPECT_THAT(svg, HasSubstr(">requests/s</text>"));
  EXPECT_THAT(svg, Not(HasSubstr(">server memory</text>")));
}

}  // namespace
}  // namespace halo::bench::report
