#include "tools/httpget/head_text.hpp"

#include <algorithm>

#include "protocols/http/syntax.hpp"
#include "servers/process.hpp"

namespace halo::httpget {
namespace {

/// How much of a line may be shown; all of it, unless it has a secret.
std::size_t harmless_bytes(std::string_view line) {
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) {
    return line.size();
  }
  const std::string_view name = line.substr(0, colon);
  const std::size_t value_at = std::min(line.find_first_not_of(" \t", colon + 1), line.size());
  if (http::equal_ignoring_case(name, "Cookie")) {
    return value_at;
  }
  if (http::equal_ignoring_case(name, "Authorization") ||
      http::equal_ignoring_case(name, "Proxy-Authorization")) {
    const std::size_t blank = line.find(' ', value_at);
    return blank == std::string_view::npos ? value_at : blank + 1;
  }
  return line.size();
}

}  // namespace

std::string head_for_eyes(std::string_view head, std::string_view prefix) {
  std::string text;
  while (!head.empty()) {
    const std::size_t end = std::min(head.find('\n'), head.size());
    std::string_view line = head.substr(0, end);
    head.remove_prefix(std::min(end + 1, head.size()));
    if (line.ends_with('\r')) {
      line.remove_suffix(1);
    }
    const std::size_t shown = harmless_bytes(line);
    text += prefix;
    text += process::escape_control_bytes(line.substr(0, shown));
    text += shown < line.size() ? "***\n" : "\n";
  }
  return text;
}

}  // namespace halo::httpget
