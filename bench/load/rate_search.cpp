#include "bench/load/rate_search.hpp"

#include <algorithm>
#include <cmath>

namespace halo::bench::load {

RateSearch::RateSearch(double first, double most, double least)
    : most_(most), least_(least), rate_(std::clamp(first, least, most)) {}

std::optional<double> RateSearch::next() const {
  const bool none = missed_ && *missed_ <= least_;
  if (found() || none || probes_ >= kProbesMax) {
    return std::nullopt;
  }
  return rate_;
}

std::optional<double> RateSearch::found() const {
  return confirmations_ >= kConfirmations ? kept_ : std::nullopt;
}

bool RateSearch::close_enough() const noexcept {
  return kept_ && (*kept_ >= most_ || (missed_ && *missed_ <= *kept_ * kPrecision));
}

void RateSearch::note(bool kept) {
  ++probes_;
  if (kept) {
    kept_ = rate_;
    confirmations_ += confirming_ ? 1 : 0;
  } else {
    missed_ = rate_;
    confirmations_ = 0;
    if (confirming_) {
      kept_.reset();  // it was luck, and so may be what was found on the way to it
    }
  }
  confirming_ = close_enough() || (confirming_ && !kept && rate_ > least_);
  if (close_enough()) {
    rate_ = *kept_;
  } else if (confirming_) {
    rate_ = std::max(rate_ / kPrecision, least_);
  } else if (!missed_) {
    rate_ = std::min(rate_ * 2, most_);
  } else if (!kept_) {
    rate_ = std::max(rate_ / 2, least_);
  } else {
    rate_ = std::sqrt(*kept_ * *missed_);
  }
}

}  // namespace halo::bench::load
