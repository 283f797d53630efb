#pragma once

#include <cstddef>
#include <cstdint>

#include "protocols/http/headers.hpp"
#include "protocols/http/syntax.hpp"

namespace halo::http {

/// Splits the line of `head` from `begin` to the CR at `end`: into a name, and a value without the
/// blanks around it. False: there is no token with a colon behind it at the line's begin.
///
/// The CR ends each search, for it is in no token, and no blank.
inline bool split_field_line(const char* head, std::size_t begin, std::size_t end,
                             FieldPlace& field) noexcept {
  std::size_t colon = begin;
  while (is_tchar(head[colon])) {
    ++colon;
  }
  if (colon == begin || head[colon] != ':') {
    return false;
  }
  std::size_t value = colon + 1;
  while (is_blank(head[value])) {
    ++value;
  }
  std::size_t value_end = end;
  while (value_end > value && is_blank(head[value_end - 1])) {
    --value_end;
  }
  field = {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(colon - begin),
           static_cast<std::uint32_t>(value), static_cast<std::uint32_t>(value_end - value)};
  return true;
}

}  // namespace halo::http
