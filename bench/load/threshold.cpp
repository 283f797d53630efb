#include "bench/load/threshold.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

#include "bench/load/option_values.hpp"
#include "bench/load/text.hpp"
#include "servers/command_line.hpp"

namespace halo::bench::load {
namespace {

bool read_subject(std::string_view text, Threshold& threshold) {
  using Subject = Threshold::Subject;
  constexpr std::array<std::pair<std::string_view, Subject>, 3> kWords = {
      {{"errors", Subject::kErrors}, {"missed", Subject::kMissed}, {"rate", Subject::kRate}}};
  for (const auto& [word, subject] : kWords) {
    if (text == word) {
      threshold.subject = subject;
      return true;
    }
  }
  threshold.subject = Subject::kPercentile;
  const std::optional<double> percent = text == "max"           ? std::optional(100.0)
                                        : text.starts_with('p') ? parse_number(text.substr(1))
                                                                : std::nullopt;
  threshold.percent = percent.value_or(-1);
  return threshold.percent > 0 && threshold.percent <= 100;
}

bool read_bound(std::string_view text, Threshold& threshold) {
  std::optional<double> bound;
  switch (threshold.subject) {
    case Threshold::Subject::kPercentile:
      if (const std::optional<Duration> time = command_line::parse_duration(text)) {
        bound = static_cast<double>(time->count());
      }
      break;
    case Threshold::Subject::kErrors:
    case Threshold::Subject::kMissed:
      threshold.share = text.ends_with('%');
      bound = parse_number(text.substr(0, text.size() - (threshold.share ? 1 : 0)));
      break;
    case Threshold::Subject::kRate:
      bound = parse_number(text);
      break;
  }
  threshold.bound = bound.value_or(0);
  return bound.has_value();
}

/// Empty: no number, since the percentile lies among what has no answer.
std::optional<double> value_of(const Threshold& threshold, const LoadPlan& plan,
                               const Tallies& tallies) {
  const auto of_due = [&](std::uint64_t count) {
    const auto number = static_cast<double>(count);
    const auto due = static_cast<double>(std::max<std::uint64_t>(tallies.due, 1));
    return threshold.share ? 100 * number / due : number;
  };
  switch (threshold.subject) {
    case Threshold::Subject::kPercentile: {
      const std::optional<Duration> time = percentile_of_due(plan, tallies, threshold.percent);
      return time ? std::optional(static_cast<double>(time->count())) : std::nullopt;
    }
    case Threshold::Subject::kErrors:
      return of_due(tallies.failed);
    case Threshold::Subject::kMissed:
      return of_due(tallies.missed);
    case Threshold::Subject::kRate:
      break;
  }
  return answers_per_s(tallies);
}

}  // namespace

std::optional<Threshold> parse_threshold(std::string_view text) {
  const std::size_t at = text.find_first_of("<>");
  if (at == std::string_view::npos) {
    return std::nullopt;
  }
  Threshold threshold;
  threshold.text = text;
  threshold.below = text[at] == '<';
  const bool read =
      read_subject(text.substr(0, at), threshold) && read_bound(text.substr(at + 1), threshold);
  return read ? std::optional(threshold) : std::nullopt;
}

bool holds(const Threshold& threshold, const LoadPlan& plan, const Tallies& tallies) {
  const std::optional<double> value = value_of(threshold, plan, tallies);
  if (!value) {
    return false;
  }
  return threshold.below ? *value < threshold.bound : *value > threshold.bound;
}

std::string found_instead(const Threshold& threshold, const LoadPlan& plan,
                          const Tallies& tallies) {
  const std::string_view subject =
      std::string_view(threshold.text).substr(0, threshold.text.find_first_of("<>"));
  const std::optional<double> value = value_of(threshold, plan, tallies);
  if (!value) {
    return fmt::format("{} lies among the questions without a right answer", subject);
  }
  if (threshold.subject == Threshold::Subject::kPercentile) {
    return fmt::format("{} was {}", subject,
                       time_text(Duration(static_cast<Duration::rep>(*value))));
  }
  return fmt::format("{} was {:.6g}{}", subject, *value, threshold.share ? "%" : "");
}

std::optional<Duration> percentile_of_due(const LoadPlan& plan, const Tallies& tallies,
                                          double percent) {
  const Histogram& times = plan.rate ? tallies.latency.response : tallies.latency.service;
  if (times.count() == 0) {
    return std::nullopt;
  }
  const double all = static_cast<double>(std::max(tallies.due, times.count()));
  const double among_answered = percent * all / static_cast<double>(times.count());
  // The product may be a little more than the 100 % that it stands for.
  constexpr double kAll = 100 * (1 + 1e-12);
  return among_answered <= kAll ? std::optional(times.percentile(among_answered)) : std::nullopt;
}

}  // namespace halo::bench::load
