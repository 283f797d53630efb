#pragma once

#include <cstddef>
#include <optional>

namespace halo::bench::load {

/// Looks for the highest rate that keeps a bound: doubles until one does not, halves the gap
/// between the highest that did and the lowest that did not until they are `kPrecision` apart, and
/// then asks twice more whether the lower one really does; where it does not, it goes on below.
/// Pure: who measures says how it went. *Thread:* a value.
class RateSearch {
 public:
  static constexpr double kPrecision = 1.05;
  static constexpr std::size_t kConfirmations = 2;
  /// A search that takes longer is among noise.
  static constexpr std::size_t kProbesMax = 60;

  /// `first`: where it begins, `most`: it goes no higher, `least`: nor lower.
  RateSearch(double first, double most, double least);

  /// The rate to measure next; empty: it is over.
  std::optional<double> next() const;
  /// Whether that rate has kept the bound.
  void note(bool kept);

  bool confirming() const noexcept { return confirming_; }
  /// The rate that was found and confirmed. Empty: not yet, or there is none.
  std::optional<double> found() const;

 private:
  bool close_enough() const noexcept;

  const double most_;
  const double least_;
  double rate_;
  std::optional<double> kept_;    // the highest
  std::optional<double> missed_;  // the lowest
  bool confirming_ = false;
  std::size_t confirmations_ = 0;
  std::size_t probes_ = 0;
};

}  // namespace halo::bench::load
