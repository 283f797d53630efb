#include <cstdint>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "bench/histogram/histogram_error.hpp"
#include "bench/histogram/histogram_log_writer.hpp"
#include "bench/load/log_sum.hpp"
#include "bench/load/merge.hpp"
#include "tests/support/seed.hpp"
#include "tests/support/temporary_folder.hpp"

namespace halo::bench {
namespace {

using std::chrono::milliseconds;
using ::testing::HasSubstr;

constexpr LogTime kBegan = std::chrono::seconds(1'700'000'000);
constexpr int kUsage = 2;

struct Outcome {
  int code = 0;
  std::string output;
  std::string errors;
};

Outcome merge(const std::vector<std::string>& arguments) {
  std::vector<const char*> argv = {"hello-load merge"};
  for (const std::string& argument : arguments) {
    argv.push_back(argument.c_str());
  }
  ::testing::internal::CaptureStdout();
  ::testing::internal::CaptureStderr();
  Outcome outcome;
  outcome.code = merge_logs(static_cast<int>(argv.size()), argv.data());
  outcome.output = ::testing::internal::GetCapturedStdout();
  outcome.errors = ::testing::internal::GetCapturedStderr();
  return outcome;
}

std::string text_of(const std::vector<LogInterval>& intervals) {
  const HistogramLogWriter writer(kBegan);
  std::string text = writer.head();
  for (const LogInterval& interval : intervals) {
    text += writer.line(interval).value();
  }
  return text;
}

class LoadMerge : public ::testing::Test {
 protected:
  std::string path(const std::string& name) const { return folder_.path() + "/" + name; }
  std::string write(const std::string& name, const std::string& text) const {
    std::ofstream(path(name), std::ios::binary) << text;
    return path(name);
  }
  std::string read(const std::string& name) const {
    std::ifstream file(path(name), std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  test::TemporaryFolder folder_;
};

TEST_F(LoadMerge, TwoLogsAreByteForByteTheOneOfARecorderThatSawEverything) {
  test::Random random(test::seed());
  LogInterval whole_response{"response", kBegan, milliseconds(6000), Histogram()};
  LogInterval whole_service{"service", kBegan, milliseconds(6000), Histogram()};
  std::vector<std::string> texts;
  for (int log = 0; log < 2; ++log) {
    std::vector<LogInterval> intervals;
    for (int second = 0; second < 4; ++second) {
      const LogTime start = kBegan + milliseconds(1000 * second + (log == 0 ? 2000 : 0));
      LogInterval response{"response", start, milliseconds(1000), Histogram()};
      LogInterval service{"service", start, milliseconds(1000), Histogram()};
      for (int i = 0; i < 2000; ++i) {
        const Duration value(static_cast<std::int64_t>(random.below(1ULL << random.below(40))));
        response.histogram.record(value);
        whole_response.histogram.record(value);
        service.histogram.record(value / 2);
        whole_service.histogram.record(value / 2);
      }
      intervals.push_back(response);
      intervals.push_back(service);
    }
    texts.push_back(text_of(intervals));
  }
  const Outcome outcome =
      merge({write("a.hlog", texts[0]), write("b.hlog", texts[1]), "-o", path("both.hlog")});
  EXPECT_EQ(outcome.code, 0) << outcome.errors;
  EXPECT_EQ(read("both.hlog"), text_of({whole_response, whole_service}));

  const Outcome again = merge({path("both.hlog")});
  EXPECT_EQ(again.output, outcome.output) << "and says the same";
}

TEST_F(LoadMerge, TheTableHasEachTagsPercentilesInMilliseconds) {
  LogInterval named{"response", kBegan, milliseconds(1000), Histogram()};
  for (int i = 0; i < 99; ++i) {
    named.histogram.record(std::chrono::microseconds(1));
  }
  named.histogram.record(std::chrono::seconds(1));
  LogInterval unnamed{"", kBegan, milliseconds(1000), Histogram()};
  const Outcome outcome = merge({write("a.hlog", text_of({named, unnamed}))});
  EXPECT_EQ(outcome.code, 0) << outcome.errors;
  EXPECT_EQ(outcome.output,
            "milliseconds              count       min        p50        p90        p99      p99.9 "
            "    p99.99        max\n"
            "(no tag)                      0     0.000      0.000      0.000      0.000      0.000 "
            "     0.000      0.000\n"
            "response                    100     0.001      0.001      0.001      0.001   1000.342 "
            "  1000.342   1000.342\n");
}

TEST_F(LoadMerge, WhatCannotBeMergedIsNamedWithItsLineAndNothingIsWritten) {
  const std::string good =
      write("good.hlog", text_of({{"", kBegan, milliseconds(1), Histogram()}}));
  const std::string bad = write("bad.hlog", text_of({}) + "0,1,1,HIST\n");
  const std::string empty = write("empty.hlog", "");
  for (const auto& [log, message] :
       {std::pair(bad, bad + ":6: not a compressed histogram"),
        std::pair(empty, empty + ": there is no histogram in it"),
        std::pair(path("none.hlog"), "cannot read " + path("none.hlog") + ": No such file"),
        std::pair(folder_.path(), folder_.path() + ": cannot read on")}) {
    const Outcome outcome = merge({good, log, "-o", path("out.hlog")});
    EXPECT_EQ(outcome.code, kMergeFailed) << log;
    EXPECT_EQ(outcome.output, "");
    EXPECT_THAT(outcome.errors, HasSubstr("hello-load merge: " + message));
    EXPECT_FALSE(std::ifstream(path("out.hlog")));
  }
  EXPECT_EQ(merge({good, "-o", folder_.path()}).code, kMergeFailed);
}

TEST_F(LoadMerge, WithoutALogItSaysHowItIsCalled) {
  EXPECT_EQ(merge({}).code, kUsage);
  EXPECT_EQ(merge({"--help"}).code, 0);
}

TEST_F(LoadMerge, TagsHaveABound) {
  std::vector<LogInterval> intervals;
  for (std::size_t i = 0; i < LogSum::kTagsMax; ++i) {
    intervals.push_back({"t" + std::to_string(i), kBegan, milliseconds(1), Histogram()});
  }
  LogSum sum;
  std::istringstream most(text_of(intervals));
  EXPECT_FALSE(sum.add(most).why);
  std::istringstream one_more(text_of({{"more", kBegan, milliseconds(1), Histogram()}}));
  const LogSum::Failure failure = sum.add(one_more);
  EXPECT_EQ(failure.why, HistogramErrc::kTooManyTags);
  EXPECT_EQ(failure.line, 6U);
}

TEST_F(LoadMerge, ASumThatCannotBeCountedExactlyIsRefused) {
  LogInterval most{"", kBegan, milliseconds(1), Histogram()};
  most.histogram.add(5, Histogram::kCountMax);
  LogInterval one{"", kBegan, milliseconds(1), Histogram()};
  one.histogram.add(5, 1);
  LogSum sum;
  std::istringstream first(text_of({most}));
  EXPECT_FALSE(sum.add(first).why);
  std::istringstream second(text_of({one}));
  EXPECT_EQ(sum.add(second).why, HistogramErrc::kTooManyValues);
}

}  // namespace
}  // namespace halo::bench
