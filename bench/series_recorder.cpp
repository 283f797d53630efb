#include "bench/series_recorder.hpp"

#include <cstdint>

#include "bench/process_stats.hpp"
#include "bench/units.hpp"

namespace halo::bench {
namespace {

constexpr Duration kInterval = std::chrono::milliseconds(100);
// A slice of half an interval may end a little early or late: two of them are one sample.
constexpr Duration kSlack = std::chrono::milliseconds(5);
// To look at one costs some 25 us on Linux, between slices: with more of them a sample would cost
// more than 1 % of the time that a few models by turns take for one each.
constexpr std::size_t kThreadsLookedAt = 80;

std::optional<double> cores(std::optional<Duration> cpu, Duration length) {
  return each(in_us(cpu), microseconds(length));
}

}  // namespace

SliceTotals no_time() {
  SliceTotals totals;
  totals.server_cpu = Duration::zero();
  totals.client_cpu = Duration::zero();
  return totals;
}

SliceTotals operator+(const SliceTotals& left, const SliceTotals& right) {
  return {left.length + right.length, left.loaded + right.loaded,
          sum(left.server_cpu, right.server_cpu), sum(left.client_cpu, right.client_cpu)};
}

SeriesRecorder::SeriesRecorder(int server_pid) : pid_(server_pid), switches_(cheap_switches()) {}

void SeriesRecorder::add(const SliceTotals& slice, const Histogram& latency) {
  totals_ = totals_ + slice;
  latency_.merge(latency);
  if (totals_.length >= kInterval - kSlack) {
    end_sample();
  }
}

void SeriesRecorder::end_sample() {
  end_ += totals_.length;
  Sample& sample = series_.emplace_back();
  sample.end = end_;
  sample.requests_per_s = static_cast<double>(latency_.count()) / seconds(totals_.length);
  if (latency_.count() > 0) {
    sample.p50_us = microseconds(latency_.percentile(50));
    sample.p99_us = microseconds(latency_.percentile(99));
  }
  sample.server_busy = cores(totals_.server_cpu, totals_.length);
  sample.client_busy = cores(totals_.client_cpu, totals_.length);
  sample.rss_bytes = as_double(resident_bytes_about(pid_));
  sample.threads = as_double(thread_count(pid_));
  const std::optional<std::uint64_t> switches = cheap_switches();
  // Fewer than before: threads have ended meanwhile and taken theirs along.
  if (switches && switches_ && *switches >= *switches_) {
    sample.switches_per_s = static_cast<double>(*switches - *switches_) / seconds(totals_.loaded);
  }
  switches_ = switches;
  totals_ = no_time();
  latency_.clear();
}

std::optional<std::uint64_t> SeriesRecorder::cheap_switches() const {
  return thread_count(pid_).value_or(SIZE_MAX) <= kThreadsLookedAt ? context_switches(pid_)
                                                                   : std::nullopt;
}

}  // namespace halo::bench
