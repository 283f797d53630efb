#pragma once

#include <string>
#include <string_view>

#include "bench/histogram/histogram.hpp"
#include "reactor/result.hpp"

namespace halo::bench {

/// A histogram as one word of text, as every implementation of HdrHistogram writes and reads it:
/// base64 of a cookie, a length, and zlib's stream of `encode_counts`. Equal histograms have equal
/// texts. Fails with kNoZlib.
Result<std::string> to_text(const Histogram& histogram);

/// Undoes it. Strict, and bounded whatever the text says. Fails with the HistogramErrc for what is
/// wrong.
Result<Histogram> from_text(std::string_view text);

}  // namespace halo::bench
