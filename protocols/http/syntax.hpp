#pragma once

#include <array>
#include <cstddef>
#include <string_view>

/// The few rules of RFC 9110 that names, values and lists in a head keep, in one place. Bytes in,
/// verdicts out; ASCII only, whatever the locale.
namespace halo::http {

/// One or more of the letters, digits and signs that a method, a field name or a coding consists
/// of. See: RFC 9110, 5.6.2.
bool is_token(std::string_view text) noexcept;

/// What a field may carry: no control byte but HTAB, no blank at either end; empty is fine, and so
/// are bytes over 0x7f, which old servers send. See: RFC 9110, 5.5.
bool is_header_value(std::string_view text) noexcept;

/// Equal but for the case of ASCII letters.
bool equal_ignoring_case(std::string_view a, std::string_view b) noexcept;

/// Without the blanks and HTABs at both ends.
std::string_view trim_blanks(std::string_view text) noexcept;

/// Takes the next non-empty element off the front of a comma-separated list, without the blanks
/// around it; empty when there is none left. Commas in quotes do not separate.
/// See: RFC 9110, 5.6.1.
std::string_view take_list_element(std::string_view& list) noexcept;

/// Whether the comma-separated list `value` has the element `token`, in whatever case: "close" in a
/// Connection.
bool value_has_token(std::string_view value, std::string_view token) noexcept;

/// What may stand around a value. See: RFC 9110, 5.6.3.
constexpr bool is_blank(char c) noexcept { return c == ' ' || c == '\t'; }
constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
constexpr bool is_alpha(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
constexpr char to_lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// The value of each hexadecimal digit, and -1 for any other byte: sizes of chunks are read by it.
inline constexpr std::array<signed char, 256> kHexValues = [] {
  std::array<signed char, 256> table{};
  table.fill(-1);
  for (signed char value = 0; value < 16; ++value) {
    for (const std::string_view digits : {"0123456789abcdef", "0123456789ABCDEF"}) {
      table[static_cast<unsigned char>(digits[static_cast<std::size_t>(value)])] = value;
    }
  }
  return table;
}();

/// 0 to 15, or -1 for what is no hexadecimal digit.
constexpr int hex_value(char c) noexcept { return kHexValues[static_cast<unsigned char>(c)]; }

/// The bytes of a token, as a table: each byte of each field's name is looked up in it.
inline constexpr std::array<bool, 256> kTokenBytes = [] {
  std::array<bool, 256> table{};
  for (std::size_t byte = 0; byte < 0x80; ++byte) {
    const char c = static_cast<char>(byte);
    table[byte] = is_digit(c) || is_alpha(c);
  }
  for (const char c : std::string_view("!#$%&'*+-.^_`|~")) {
    table[static_cast<unsigned char>(c)] = true;
  }
  return table;
}();

constexpr bool is_tchar(char c) noexcept { return kTokenBytes[static_cast<unsigned char>(c)]; }

}  // namespace halo::http
