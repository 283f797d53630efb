#include "bench/histogram/histogram_error.hpp"

#include <string>

namespace halo::bench {
namespace {

const char* text_of(HistogramErrc code) noexcept {
  switch (code) {
    case HistogramErrc::kNotBase64:
      return "the histogram is not base64";
    case HistogramErrc::kNotCompressed:
      return "not a compressed histogram of version 2";
    case HistogramErrc::kBadDeflate:
      return "the histogram's compressed bytes are damaged";
    case HistogramErrc::kTooLarge:
      return "the histogram is larger than one of up to 1 h can be";
    case HistogramErrc::kUnknownEncoding:
      return "the compressed bytes are not a histogram of version 2";
    case HistogramErrc::kBadLength:
      return "the histogram is cut short, or has bytes behind its end";
    case HistogramErrc::kBadPrecision:
      return "recorded with other buckets: only 3 significant digits from 1 ns up can be merged";
    case HistogramErrc::kBeyondAnHour:
      return "the histogram holds values beyond 1 h (in nanoseconds)";
    case HistogramErrc::kTooManyValues:
      return "more values than can be counted exactly (2^53)";
    case HistogramErrc::kNoZlib:
      return "built without zlib, which the histograms of a log need";
    case HistogramErrc::kLineTooLong:
      return "the line is longer than any histogram's";
    case HistogramErrc::kBadTag:
      return "a tag must have 1 to 64 bytes, without blanks and control bytes";
    case HistogramErrc::kBadFields:
      return "not an interval: [Tag=NAME,]START,LENGTH,MAXIMUM,HISTOGRAM";
    case HistogramErrc::kBadTimestamp:
      return "a time that is not a number of seconds";
    case HistogramErrc::kTooManyTags:
      return "more tags than are kept apart";
    case HistogramErrc::kNoIntervals:
      return "there is no histogram in it";
    case HistogramErrc::kUnreadable:
      return "cannot read on";
  }
  return "unknown";
}

class Category final : public std::error_category {
 public:
  const char* name() const noexcept override { return "histogram"; }
  std::string message(int code) const override { return text_of(static_cast<HistogramErrc>(code)); }
};

}  // namespace

const std::error_category& histogram_category() noexcept {
  static const Category category;
  return category;
}

std::error_code make_error_code(HistogramErrc code) noexcept {
  return {static_cast<int>(code), histogram_category()};
}

}  // namespace halo::bench
