#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "reactor/time.hpp"

/// Arithmetic with what a system may not tell: nothing, where an operand is nothing.
namespace halo::bench {

inline double seconds(Duration duration) { return std::chrono::duration<double>(duration).count(); }
inline double microseconds(Duration duration) { return seconds(duration) * 1e6; }

inline std::optional<double> in_us(std::optional<Duration> duration) {
  return duration ? std::optional(microseconds(*duration)) : std::nullopt;
}

template <class Integer>
std::optional<double> as_double(std::optional<Integer> value) {
  return value ? std::optional(static_cast<double>(*value)) : std::nullopt;
}

inline std::optional<Duration> difference(std::optional<Duration> begin,
                                          std::optional<Duration> end) {
  return begin && end ? std::optional(*end - *begin) : std::nullopt;
}

inline std::optional<double> difference(std::optional<std::uint64_t> begin,
                                        std::optional<std::uint64_t> end) {
  return begin && end ? std::optional(static_cast<double>(*end) - static_cast<double>(*begin))
                      : std::nullopt;
}

inline std::optional<Duration> sum(std::optional<Duration> left, std::optional<Duration> right) {
  return left && right ? std::optional(*left + *right) : std::nullopt;
}

/// The share of one of `count`. Also nothing where there is none.
inline std::optional<double> each(std::optional<double> total, double count) {
  return total && count > 0 ? std::optional(*total / count) : std::nullopt;
}

}  // namespace halo::bench
