#pragma once

#include <system_error>

namespace halo::bench {

/// What can be wrong with a histogram that comes as text, or with a log of them.
enum class HistogramErrc {
  // A histogram: base64 of a header and zlib's stream of a header and counts
  kNotBase64 = 1,    ///< a byte that base64 has not, or a length that it cannot have
  kNotCompressed,    ///< not the mark of a compressed histogram in its version 2
  kBadDeflate,       ///< zlib cannot undo it, or finds bytes behind its end
  kTooLarge,         ///< more bytes than the counts of an hour can take
  kUnknownEncoding,  ///< not the mark of a histogram in its version 2
  kBadLength,        ///< fewer or more bytes than it says itself
  kBadPrecision,     ///< not 3 significant digits from 1 up: its buckets are others
  kBeyondAnHour,     ///< counts of values longer than `Histogram::kLongest`
  kTooManyValues,    ///< more than `Histogram::kCountMax`
  kNoZlib,           ///< this build has no zlib

  // A log: lines of text
  kLineTooLong,   ///< more bytes than a histogram's line can have
  kBadTag,        ///< a tag without a name, too long, or with a blank or control byte in it
  kBadFields,     ///< not start, length, maximum and histogram, with commas between them
  kBadTimestamp,  ///< a time that is not a number of seconds
  kTooManyTags,   ///< more than are kept apart
  kNoIntervals,   ///< not one histogram in it
  kUnreadable,    ///< the system cannot read on
};

/// The category of `HistogramErrc`; its name is "histogram". A message says what is wrong.
const std::error_category& histogram_category() noexcept;

std::error_code make_error_code(HistogramErrc code) noexcept;

}  // namespace halo::bench

template <>
struct std::is_error_code_enum<halo::bench::HistogramErrc> : std::true_type {};
