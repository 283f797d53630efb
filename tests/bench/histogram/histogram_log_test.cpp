#include <algorithm>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "bench/histogram/histogram_error.hpp"
#include "bench/histogram/histogram_log_reader.hpp"
#include "bench/histogram/histogram_log_writer.hpp"
#include "bench/histogram/histogram_text.hpp"

namespace halo::bench {
namespace {

using std::chrono::milliseconds;

constexpr LogTime kBegan = std::chrono::seconds(1'700'000'000) + milliseconds(7);

struct Reading {
  std::vector<LogInterval> intervals;
  std::error_code error;
  std::size_t line = 0;
};

Reading read(const std::string& text) {
  std::istringstream log(text);
  HistogramLogReader reader(log);
  Reading reading;
  while (true) {
    Result<std::optional<LogInterval>> next = reader.next();
    reading.error = next.error();
    reading.line = reader.line_number();
    if (!next || !*next) {
      return reading;
    }
    reading.intervals.push_back(**next);
  }
}

LogInterval interval(std::string tag, LogTime start, Duration value) {
  LogInterval made{std::move(tag), start, milliseconds(1000), Histogram()};
  made.histogram.record(value);
  return made;
}

class HistogramLog : public ::testing::Test {
 protected:
  void SetUp() override { one_ = to_text(interval("", {}, milliseconds(1)).histogram).value(); }

  /// Which error, and on which line.
  void expect_refused(const std::string& text, HistogramErrc why, std::size_t line) {
    const Reading reading = read(text);
    EXPECT_EQ(reading.error, why) << text.substr(0, 200);
    EXPECT_EQ(reading.line, line) << text.substr(0, 200);
  }

  std::string one_;  // a histogram
};

TEST_F(HistogramLog, WhatIsWrittenIsRead) {
  const HistogramLogWriter writer(kBegan);
  const std::vector<LogInterval> intervals = {
      interval("response", kBegan, milliseconds(3)),
      interval("service", kBegan, milliseconds(2)),
      interval("", kBegan + milliseconds(12'345), Duration::zero()),
      {"empty", kBegan + milliseconds(99), milliseconds(0), Histogram()},
  };
  std::string text = writer.head();
  for (const LogInterval& one : intervals) {
    text += writer.line(one).value();
  }
  const Reading reading = read(text);
  EXPECT_FALSE(reading.error) << reading.error.message();
  EXPECT_EQ(reading.intervals, intervals);
  EXPECT_EQ(reading.line, 9U);
}

TEST_F(HistogramLog, TheTextIsTheReferences) {
  const HistogramLogWriter writer(kBegan);
  EXPECT_EQ(writer.head(),
            "#[Histogram log format version 1.3]\n"
            "#[Values are nanoseconds, Interval_Max is in milliseconds]\n"
            "#[BaseTime: 1700000000.007 (seconds since epoch)]\n"
            "#[StartTime: 1700000000.007 (seconds since epoch), 2023-11-14 22:13:20 UTC]\n"
            "\"StartTimestamp\",\"Interval_Length\",\"Interval_Max\","
            "\"Interval_Compressed_Histogram\"\n");
  EXPECT_EQ(writer.line(interval("response", kBegan + milliseconds(1500), milliseconds(1))).value(),
            "Tag=response,1.500,1.000,1.000," + one_ + "\n");
}

TEST_F(HistogramLog, WhatTheReferenceWroteIsRead) {
  const Reading reading = read(
      "#[Histogram log format version 1.3]\r\n"
      "#[StartTime: 1700000000.000 (seconds since epoch), Tue Nov 14 22:13:20 UTC 2023]\r\n\r\n"
      "\"StartTimestamp\",\"Interval_Length\",\"Interval_Max\"\r\n"
      "1.000,1.500,5.001,HISTFAAAACN42pNpmSzMwMDAwgABzFCaEUzW//9v/wEi0H6ZkQkAa4QGWA==");
  ASSERT_EQ(reading.error, std::error_code());
  const LogInterval expected{"", std::chrono::seconds(1'700'000'001), milliseconds(1500),
                             interval("", {}, milliseconds(5)).histogram};
  EXPECT_EQ(reading.intervals, std::vector{expected});
}

TEST_F(HistogramLog, TimesAreAddedToTheBaseOrElseToAStartThatIsAYearLater) {
  const auto start_of = [this](const std::string& head, const std::string& start) {
    const Reading reading = read(head + start + ",1,1," + one_ + "\n");
    EXPECT_FALSE(reading.error) << reading.error.message();
    return reading.intervals.at(0).start;
  };
  const std::string base = "#[BaseTime: 2000000000.0 (seconds since epoch)]\n";
  const std::string start = "#[StartTime: 1700000000 (seconds since epoch)]\n";
  EXPECT_EQ(start_of("", "5"), milliseconds(5000));
  EXPECT_EQ(start_of(base + start, "5.25"), milliseconds(2'000'000'005'250));
  EXPECT_EQ(start_of(start, "5.0019"), milliseconds(1'700'000'005'001));
  EXPECT_EQ(start_of(start, "1699999990"), milliseconds(1'699'999'990'000));
}

TEST_F(HistogramLog, ABadLineIsNamed) {
  const std::string good = "0.0,1.0,1.0," + one_ + "\n";
  expect_refused(good + "0.0,1.0," + one_ + "\n", HistogramErrc::kBadFields, 2);
  expect_refused("# a\n\n" + good + "0,1,1,1," + one_, HistogramErrc::kBadFields, 4);
  expect_refused("0,1,max," + one_, HistogramErrc::kBadFields, 1);
  expect_refused("words", HistogramErrc::kBadFields, 1);
  for (const std::string bad : {"", "-1", "1.", ".5", "1e3", "0x1", "nan", " 1", "1.2.3",
                                "99999999999999999999", "31536000000"}) {
    expect_refused(bad + ",1,1," + one_, HistogramErrc::kBadTimestamp, 1);
    expect_refused("0," + bad + ",1," + one_, HistogramErrc::kBadTimestamp, 1);
    expect_refused("#[StartTime: " + bad + " (seconds since epoch)]\n",
                   HistogramErrc::kBadTimestamp, 1);
  }
  for (const std::string& bad : {std::string(), std::string("a b"), std::string("\x01"),
                                 std::string("\x7f"), std::string(65, 'x')}) {
    expect_refused("Tag=" + bad + "," + good, HistogramErrc::kBadTag, 1);
  }
  expect_refused("0,1,1," + one_.substr(4), HistogramErrc::kNotCompressed, 1);
  expect_refused("0,1,1," + one_ + " ", HistogramErrc::kNotBase64, 1);
}

TEST_F(HistogramLog, AnIntervalEndsWhereItCanBeWrittenAgain) {
  const std::string base = "#[BaseTime: 31535999990 (seconds since epoch)]\n";
  EXPECT_EQ(read(base + "4,6,1," + one_).intervals.size(), 1U);
  expect_refused(base + "4,6.001,1," + one_, HistogramErrc::kBadTimestamp, 2);
  expect_refused(base + "4.001,6,1," + one_, HistogramErrc::kBadTimestamp, 2);
}

TEST_F(HistogramLog, ALineHasABound) {
  const std::string longest(HistogramLogReader::kLineBytesMax, '#');
  EXPECT_FALSE(read(longest).error);
  EXPECT_FALSE(read(longest + "\n").error);
  expect_refused("#\n#" + longest + "\n", HistogramErrc::kLineTooLong, 2);
  expect_refused("#\n#" + longest, HistogramErrc::kLineTooLong, 2);
}

TEST_F(HistogramLog, AnEmptyLogHasNoIntervals) {
  EXPECT_TRUE(read("").intervals.empty());
  EXPECT_FALSE(read("").error);
  EXPECT_EQ(read("").line, 0U);
}

}  // namespace
}  // namespace halo::bench
