#include "bench/load/option_values.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace halo::bench::load {
namespace {

/// An IPv4 address as a number, and back.
std::uint32_t number_of(const Endpoint& address) noexcept {
  const auto& bytes = address.address();
  return std::uint32_t{bytes[0]} << 24 | std::uint32_t{bytes[1]} << 16 |
         std::uint32_t{bytes[2]} << 8 | bytes[3];
}

Endpoint address_of(std::uint32_t number) {
  const auto byte = [number](unsigned shift) {
    return static_cast<std::uint8_t>(number >> shift & 0xff);
  };
  return Endpoint::ip(Endpoint::Family::kIpv4, {byte(24), byte(16), byte(8), byte(0)}, 0);
}

bool append_sources(std::string_view text, std::vector<Endpoint>& sources) {
  const std::size_t dash = text.find('-');
  const Result<Endpoint> first = Endpoint::parse(text.substr(0, dash), 0);
  if (!first) {
    return false;
  }
  if (dash == std::string_view::npos) {
    sources.push_back(*first);
    return sources.size() <= kSourcesMax;
  }
  const Result<Endpoint> last = Endpoint::parse(text.substr(dash + 1), 0);
  if (!last || first->family() != Endpoint::Family::kIpv4 ||
      last->family() != Endpoint::Family::kIpv4 || number_of(*last) < number_of(*first) ||
      number_of(*last) - number_of(*first) >= kSourcesMax - sources.size()) {
    return false;
  }
  for (std::uint64_t number = number_of(*first); number <= number_of(*last); ++number) {
    sources.push_back(address_of(static_cast<std::uint32_t>(number)));
  }
  return true;
}

/// The digits before a unit, and what the unit stands for.
struct Scaled {
  std::string_view digits;
  double factor = 1;
};
Scaled scaled(std::string_view text, double thousand) {
  const char unit = text.empty() ? '\0' : text.back();
  if (unit == 'k' || unit == 'K') {
    return {text.substr(0, text.size() - 1), thousand};
  }
  if (unit == 'M') {
    return {text.substr(0, text.size() - 1), thousand * thousand};
  }
  return {text, 1};
}

}  // namespace

std::optional<double> parse_number(std::string_view text) {
  const Scaled number = scaled(text, 1000);
  // By hand, as servers/command_line.cpp says: from_chars and strtod both have their snags.
  double value = 0;
  double place = 0;  // of the next digit behind the point; zero: before it
  for (const char c : number.digits) {
    if (c == '.' && place == 0) {
      place = 0.1;
    } else if (c < '0' || c > '9') {
      return std::nullopt;
    } else if (place > 0) {
      value += place * (c - '0');
      place /= 10;
    } else {
      value = value * 10 + (c - '0');
    }
  }
  const bool none = number.digits.empty() || number.digits.front() == '.';
  return none ? std::nullopt : std::optional(value * number.factor);
}

std::optional<std::size_t> parse_size(std::string_view text) {
  const Scaled number = scaled(text, 1024);
  std::uint32_t value = 0;
  const char* const last = number.digits.data() + number.digits.size();
  const auto [end, error] = std::from_chars(number.digits.data(), last, value);
  if (error != std::errc{} || end != last) {
    return std::nullopt;
  }
  return static_cast<std::size_t>(value) * static_cast<std::size_t>(number.factor);
}

std::optional<HostAndPort> parse_host_and_port(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0) {
    return std::nullopt;
  }
  std::string_view host = text.substr(0, colon);
  const std::string_view digits = text.substr(colon + 1);
  HostAndPort parsed;
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), parsed.port);
  if (error != std::errc{} || end != digits.data() + digits.size() || parsed.port == 0) {
    return std::nullopt;
  }
  if (host.starts_with('[') && host.ends_with(']')) {
    host = host.substr(1, host.size() - 2);
  } else if (host.find(':') != std::string_view::npos) {
    return std::nullopt;
  }
  parsed.host = host;
  return host.empty() ? std::nullopt : std::optional(parsed);
}

std::optional<std::vector<Endpoint>> parse_sources(std::string_view text) {
  std::vector<Endpoint> sources;
  while (true) {
    const std::size_t comma = text.find(',');
    if (!append_sources(text.substr(0, comma), sources)) {
      return std::nullopt;
    }
    if (comma == std::string_view::npos) {
      return sources;
    }
    text.remove_prefix(comma + 1);
  }
}

std::string payload_of(std::size_t bytes) {
  constexpr std::size_t kLetters = 26;
  std::string text(bytes, '\n');
  for (std::size_t i = 0; i + 1 < bytes; ++i) {
    text[i] = static_cast<char>('a' + i % kLetters);
  }
  return text;
}

}  // namespace halo::bench::load
