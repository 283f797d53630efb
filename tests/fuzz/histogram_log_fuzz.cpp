#include <cstddef>
#include <cstdint>
#include <optional>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "bench/histogram/histogram_log_reader.hpp"
#include "bench/histogram/histogram_log_writer.hpp"
#include "reactor/check.hpp"
#include "tests/fuzz/fuzz_target.hpp"

// A log, as text: what is read stays within its bounds, and is the same again when it was written;
// a fault lies on a line of the log.

namespace {

using halo::Result;
using halo::bench::Histogram;
using halo::bench::HistogramLogReader;
using halo::bench::HistogramLogWriter;
using halo::bench::LogInterval;
using halo::bench::LogTime;

struct Reading {
  std::vector<LogInterval> intervals;
  std::size_t lines = 0;
  bool failed = false;
};

Reading read(const std::string& text) {
  constexpr std::size_t kIntervalsMax = 4;  // each has 270 KB; more say nothing new
  std::istringstream log(text);
  HistogramLogReader reader(log);
  Reading reading;
  while (reading.intervals.size() < kIntervalsMax) {
    Result<std::optional<LogInterval>> next = reader.next();
    reading.lines = reader.line_number();
    reading.failed = !next.has_value();
    if (reading.failed || !next->has_value()) {
      break;
    }
    reading.intervals.push_back(*std::move(*next));
  }
  return reading;
}

void check_bounds(const LogInterval& interval) {
  HALO_CHECK(interval.tag.empty() || halo::bench::is_tag(interval.tag), "a tag can be written");
  HALO_CHECK(interval.start >= LogTime::zero(), "no time before its base");
  HALO_CHECK(interval.length >= LogTime::zero(), "nor an end before its start");
  HALO_CHECK(interval.start + interval.length <= halo::bench::kLogTimeMax, "times can be added");
  const Histogram& histogram = interval.histogram;
  std::uint64_t sum = 0;
  for (const std::uint64_t count : histogram.counts()) {
    HALO_CHECK(count <= Histogram::kCountMax, "a count can be added to another");
    sum += count;
  }
  HALO_CHECK(sum == histogram.count(), "the count is that of the buckets");
  HALO_CHECK(sum <= Histogram::kCountMax, "and exact as a double");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const Reading reading = read(text);
  std::size_t lines = 1;
  for (const char c : text) {
    lines += c == '\n' ? 1 : 0;
  }
  HALO_CHECK(reading.lines <= lines, "no line behind the end");
  HALO_CHECK(!reading.failed || reading.lines > 0, "a fault has a line");

  const HistogramLogWriter writer(LogTime::zero());
  std::string written = writer.head();
  for (const LogInterval& interval : reading.intervals) {
    check_bounds(interval);
    written += writer.line(interval).value();
  }
  const Reading again = read(written);
  HALO_CHECK(!again.failed, "what was written is a log");
  HALO_CHECK(again.intervals == reading.intervals, "of the same intervals");
  return 0;
}
