#include "bench/load/log_sum.hpp"

#include <algorithm>
#include <optional>

#include "bench/histogram/histogram_error.hpp"
#include "bench/histogram/histogram_log_reader.hpp"
#include "bench/histogram/histogram_log_writer.hpp"
#include "reactor/check.hpp"

namespace halo::bench {

LogSum::Failure LogSum::add(std::istream& log) {
  HistogramLogReader reader(log);
  for (bool empty = true;; empty = false) {
    const Result<std::optional<LogInterval>> interval = reader.next();
    if (!interval) {
      return {interval.error(), reader.line_number()};
    }
    if (!interval->has_value()) {
      return {empty ? HistogramErrc::kNoIntervals : std::error_code()};
    }
    if (const std::error_code error = add(**interval)) {
      return {error, reader.line_number()};
    }
  }
}

std::error_code LogSum::add(const LogInterval& interval) {
  const auto [at, is_new] = tags_.try_emplace(interval.tag, interval);
  if (is_new) {
    return tags_.size() > kTagsMax ? HistogramErrc::kTooManyTags : std::error_code();
  }
  LogInterval& sum = at->second;
  if (interval.histogram.count() > Histogram::kCountMax - sum.histogram.count()) {
    return HistogramErrc::kTooManyValues;
  }
  const LogTime end = std::max(sum.start + sum.length, interval.start + interval.length);
  sum.start = std::min(sum.start, interval.start);
  sum.length = end - sum.start;
  sum.histogram.merge(interval.histogram);
  return {};
}

std::string LogSum::to_log() const {
  const auto first = std::min_element(tags_.begin(), tags_.end(), [](const auto& a, const auto& b) {
    return a.second.start < b.second.start;
  });
  HALO_CHECK(first != tags_.end(), "a log was read");
  const HistogramLogWriter writer(first->second.start);
  std::string log = writer.head();
  for (const auto& [tag, interval] : tags_) {
    log += writer.line(interval).value();
  }
  return log;
}

}  // namespace halo::bench
