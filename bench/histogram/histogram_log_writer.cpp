#include "bench/histogram/histogram_log_writer.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "bench/histogram/histogram_text.hpp"
#include "reactor/check.hpp"

namespace halo::bench {
namespace {

std::string seconds(std::chrono::milliseconds time) {
  return fmt::format("{}.{:03}", time.count() / 1000, time.count() % 1000);
}

}  // namespace

std::string HistogramLogWriter::head() const {
  const std::chrono::sys_seconds began(std::chrono::floor<std::chrono::seconds>(start_));
  return fmt::format(
      "#[Histogram log format version 1.3]\n"
      "#[Values are nanoseconds, Interval_Max is in milliseconds]\n"
      "#[BaseTime: {0} (seconds since epoch)]\n"
      "#[StartTime: {0} (seconds since epoch), {1:%Y-%m-%d %H:%M:%S} UTC]\n"
      "\"StartTimestamp\",\"Interval_Length\",\"Interval_Max\",\"Interval_Compressed_Histogram\"\n",
      seconds(start_), fmt::gmtime(std::chrono::system_clock::to_time_t(began)));
}

Result<std::string> HistogramLogWriter::line(const LogInterval& interval) const {
  HALO_CHECK(interval.tag.empty() || is_tag(interval.tag), "a tag without blanks");
  HALO_CHECK(interval.start >= start_, "an interval begins with its log or after it");
  const Result<std::string> histogram = to_text(interval.histogram);
  if (!histogram) {
    return histogram.error();
  }
  using Milliseconds = std::chrono::duration<double, std::milli>;
  return fmt::format("{}{}{}{},{},{:.3f},{}\n", interval.tag.empty() ? "" : "Tag=", interval.tag,
                     interval.tag.empty() ? "" : ",", seconds(interval.start - start_),
                     seconds(interval.length), Milliseconds(interval.histogram.longest()).count(),
                     *histogram);
}

}  // namespace halo::bench
