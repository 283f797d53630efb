#include "protocols/http/syntax.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace halo::http {
namespace {

constexpr bool is_value_byte(char c) noexcept {
  const auto byte = static_cast<unsigned char>(c);
  return (byte >= 0x20 && byte != 0x7f) || byte == '\t';
}

// Where the first element of `list` ends: at the first comma that is in no quotes.
std::size_t end_of_element(std::string_view list) noexcept {
  bool quoted = false;
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (quoted && list[i] == '\\') {
      ++i;  // a quoted pair: whatever follows is no quote
    } else if (list[i] == '"') {
      quoted = !quoted;
    } else if (list[i] == ',' && !quoted) {
      return i;
    }
  }
  return list.size();
}

}  // namespace

bool is_token(std::string_view text) noexcept {
  return !text.empty() && std::ranges::all_of(text, is_tchar);
}

bool is_header_value(std::string_view text) noexcept {
  if (text.empty()) {
    return true;
  }
  return !is_blank(text.front()) && !is_blank(text.back()) &&
         std::ranges::all_of(text, is_value_byte);
}

bool equal_ignoring_case(std::string_view a, std::string_view b) noexcept {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) {
           return to_lower(x) == to_lower(y);
         });
}

std::string_view trim_blanks(std::string_view text) noexcept {
  while (!text.empty() && is_blank(text.front())) {
    text.remove_prefix(1);
  }
  while (!text.empty() && is_blank(text.back())) {
    text.remove_suffix(1);
  }
  return text;
}

std::string_view take_list_element(std::string_view& list) noexcept {
  while (!list.empty()) {
    const std::size_t end = end_of_element(list);
    const std::string_view element = trim_blanks(list.substr(0, end));
    list.remove_prefix(std::min(end + 1, list.size()));
    if (!element.empty()) {
      return element;
    }
  }
  return {};
}

bool value_has_token(std::string_view value, std::string_view token) noexcept {
  for (std::string_view element = take_list_element(value); !element.empty();
       element = take_list_element(value)) {
    if (equal_ignoring_case(element, token)) {
      return true;
    }
  }
  return false;
}

}  // namespace halo::http
