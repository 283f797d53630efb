// hlog-sample LOG: writes a log of random latencies, and prints what every reader must find in it:
// a line for each interval with tag, start and end in ms since 1970, percentiles in ns as
// percent=value, and all buckets as value:count.

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

#include "bench/histogram/histogram_log.hpp"
#include "bench/histogram/histogram_log_writer.hpp"
#include "tests/support/seed.hpp"

namespace {

using halo::Duration;
using halo::bench::Histogram;
using halo::bench::LogInterval;

constexpr std::chrono::milliseconds kBegan(1'700'000'000'007);
constexpr std::uint64_t kValues = 10'000;  // of which each percentage below is a whole number
constexpr const char* kPercents[] = {"1", "50", "90", "99", "99.9", "99.99", "100"};

void print(const LogInterval& interval) {
  const auto milliseconds = [](auto time) { return static_cast<long long>(time.count()); };
  std::printf("%s %lld %lld", interval.tag.empty() ? "-" : interval.tag.c_str(),
              milliseconds(interval.start), milliseconds(interval.start + interval.length));
  for (const char* percent : kPercents) {
    const Duration value = interval.histogram.percentile(std::stod(percent));
    std::printf(" %s=%lld", percent, static_cast<long long>(value.count()));
  }
  Histogram so_far;  // its longest value is the end of the last bucket
  for (std::size_t bucket = 0; bucket < Histogram::kBuckets; ++bucket) {
    const std::uint64_t count = interval.histogram.counts()[bucket];
    if (count > 0) {
      so_far.add(bucket, count);
      std::printf(" %lld:%llu", static_cast<long long>(so_far.longest().count()),
                  static_cast<unsigned long long>(count));
    }
  }
  std::printf("\n");
}

std::vector<LogInterval> make_intervals() {
  halo::test::Random random(halo::test::seed());
  std::vector<LogInterval> intervals;
  for (int second = 0; second < 3; ++second) {
    for (const char* tag : {"", "response", "service"}) {
      LogInterval interval{tag, kBegan + std::chrono::milliseconds(1250 * second),
                           std::chrono::milliseconds(1250), Histogram()};
      for (std::uint64_t i = 0; i < kValues; ++i) {
        const std::uint64_t below = std::uint64_t{1} << (second == 0 ? 20 : random.below(42));
        interval.histogram.record(Duration(static_cast<std::int64_t>(random.below(below))));
      }
      intervals.push_back(interval);
    }
  }
  LogInterval ends{"ends", kBegan, std::chrono::milliseconds(1), Histogram()};
  ends.histogram.record(Duration::zero());
  ends.histogram.record(Histogram::kLongest);
  intervals.push_back(ends);
  return intervals;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("usage: hlog-sample LOG\n", stderr);
    return 2;
  }
  const std::vector<LogInterval> intervals = make_intervals();
  const halo::bench::HistogramLogWriter writer(kBegan);
  std::ofstream log(argv[1], std::ios::binary);
  log << writer.head();
  for (const LogInterval& interval : intervals) {
    log << writer.line(interval).value();
    print(interval);
  }
  log.flush();
  return log ? 0 : 1;
}
