#include <algorithm>
#include <charconv>
#include <utility>

#include "protocols/http/headers.hpp"
#include "protocols/http/host.hpp"
#include "protocols/http/syntax.hpp"
#include "servers/command_line.hpp"
#include "tools/httpget/options.hpp"

namespace halo::httpget {
namespace {

/// What stands before the next `separator`, which is taken away with it.
std::string_view take_until(std::string_view& text, char separator) {
  const std::size_t at = std::min(text.find(separator), text.size());
  const std::string_view taken = text.substr(0, at);
  text.remove_prefix(std::min(at + 1, text.size()));
  return taken;
}

std::string_view without_brackets(std::string_view text) {
  return text.starts_with('[') && text.ends_with(']') ? text.substr(1, text.size() - 2) : text;
}

}  // namespace

std::optional<Duration> parse_seconds(std::string_view text) {
  const std::optional<Duration> with_unit = command_line::parse_duration(text);
  return with_unit ? with_unit : command_line::parse_duration(std::string(text) + "s");
}

std::optional<HeaderOption> parse_header(std::string_view text) {
  const std::size_t colon = text.find(':');
  HeaderOption header;
  if (colon == std::string_view::npos) {
    if (!text.ends_with(';')) {
      return std::nullopt;
    }
    header = {std::string(text.substr(0, text.size() - 1)), ""};
  } else {
    const std::string_view value = http::trim_blanks(text.substr(colon + 1));
    header.name = text.substr(0, colon);
    header.value = value.empty() ? std::nullopt : std::optional(std::string(value));
  }
  if (http::check_header(header.name, header.value.value_or(""))) {
    return std::nullopt;
  }
  return header;
}

std::optional<ResolveOption> parse_resolve(std::string_view text) {
  ResolveOption resolve;
  const Result<std::string> host = http::normal_host(take_until(text, ':'));
  const std::string_view port = take_until(text, ':');
  const char* const end = port.data() + port.size();
  const auto [stopped, error] = std::from_chars(port.data(), end, resolve.port);
  if (!host || error != std::errc() || stopped != end || text.empty()) {
    return std::nullopt;
  }
  resolve.host = *host;
  while (!text.empty()) {
    Result<Endpoint> endpoint =
        Endpoint::parse(without_brackets(take_until(text, ',')), resolve.port);
    if (!endpoint) {
      return std::nullopt;
    }
    resolve.endpoints.push_back(std::move(*endpoint));
  }
  return resolve;
}

}  // namespace halo::httpget
