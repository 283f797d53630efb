#pragma once

namespace halo::detail {

/// Writes "file:line: check failed: expression: why" to standard error in one piece and aborts.
[[noreturn]] void check_failed(const char* expression, const char* why, const char* file,
                               int line) noexcept;

}  // namespace halo::detail

/// Aborts, in every build, when `condition` is false: a bug of the program, never of the world.
/// `why` says which rule was broken, in words that the program's author can act on.
#define HALO_CHECK(condition, why) \
  (static_cast<bool>(condition)    \
       ? static_cast<void>(0)      \
       : ::halo::detail::check_failed(#condition, (why), __FILE__, __LINE__))
