#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace halo::bench {

/// How often each kind of failure happened, by what the system or the load engine calls it.
using ErrorCounts = std::map<std::string, std::uint64_t, std::less<>>;

inline constexpr std::string_view kWrongAnswer = "wrong answer";
inline constexpr std::string_view kClosedEarly = "closed early";
inline constexpr std::string_view kTimeOut = "time-out";

inline void count_error(ErrorCounts& errors, std::string_view kind, std::uint64_t times = 1) {
  errors[std::string(kind)] += times;
}

}  // namespace halo::bench
