#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <system_error>

namespace halo::bench::load {

/// Why a question has no right answer, or a connection was not made.
struct Failure {
  std::string kind;     ///< as it is counted and shown: "connect: Connection refused"; empty: none
  std::error_code why;  ///< the system's word, where there is one
};

struct FailureCount {
  std::uint64_t times = 0;
  std::error_code why;
};

/// How often each kind happened. Kinds are few: they come from the program, from errno and from
/// HTTP's status codes.
using Failures = std::map<std::string, FailureCount, std::less<>>;

void count_failure(Failures& failures, const Failure& failure, std::uint64_t times = 1);
void merge(Failures& into, const Failures& other);

/// "connect: " and the system's word.
Failure connect_failure(std::error_code why);

/// The name of an errno value ("ECONNREFUSED"); empty where it is none, or a rare one.
std::string_view errno_name(std::error_code why) noexcept;

/// What to do about a failure, in a sentence; empty: nothing is known to help.
std::string_view advice(std::string_view kind, std::error_code why) noexcept;

/// Whether a failure is this machine's, so that it says nothing about the target.
bool is_our_own(std::error_code why) noexcept;

}  // namespace halo::bench::load
