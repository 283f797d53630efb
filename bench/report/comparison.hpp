#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "bench/report/units.hpp"
#include "bench/results.hpp"

namespace halo::bench::report {

/// A figure of one model under one load.
struct Measured {
  std::optional<double> value;  ///< the rounds' median
  double low = 0;               ///< of the rounds
  double high = 0;
  std::string note;  ///< all of it in words; where there is no value: why
};

Measured measured(const ModelResult& model, Figure figure, Unit unit);

/// The ratio of two models, as the verdict has it: see `round_ratios`. Empty: fewer than
/// kRoundsForVerdict rounds have both.
std::optional<Estimate> compare(const ModelResult& mine, const ModelResult& theirs, Figure figure);

/// "1.42x (95 %: 1.38 to 1.47)"
std::string format_estimate(const Estimate& estimate);

/// Why a model has no figure, or fewer rounds than were run: "failed: no answer". Empty: nothing
/// went wrong.
std::string trouble_of(const ModelResult& model);

/// Who a figure speaks for, under one load.
enum class Standing : std::uint8_t {
  kUnknown,    ///< too few rounds, or nobody to compare with
  kOpponent,   ///< is shown to be better than every contender
  kTie,        ///< no contender is shown to be better, nor all to be worse
  kContender,  ///< at least one is shown to be better
};

struct Winner {
  Standing standing = Standing::kUnknown;
  std::string contender;          ///< the best one; empty: there is none
  std::optional<Estimate> ratio;  ///< of that one to the opponent
};

/// The scenario's opponent against all models that are no ceiling.
Winner winner(const ScenarioResult& result, Figure figure, bool more_is_better);

}  // namespace halo::bench::report
