#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reactor/endpoint.hpp"

/// What words of hello-load's command line mean. Pure.
namespace halo::bench::load {

/// Digits with at most one point, and behind them k or M where thousands or millions are meant:
/// "0.5", "250", "20k". Nothing otherwise.
std::optional<double> parse_number(std::string_view text);

/// "512", "64k", "1M", with k and M as powers of 1024. Nothing otherwise.
std::optional<std::size_t> parse_size(std::string_view text);

struct HostAndPort {
  std::string host;
  std::uint16_t port = 0;
};

/// "HOST:PORT", with an IPv6 address in brackets. Nothing otherwise.
std::optional<HostAndPort> parse_host_and_port(std::string_view text);

/// More addresses of one machine than this have no use: each has some 28,000 ports.
inline constexpr std::size_t kSourcesMax = 256;

/// "127.0.0.2", "127.0.0.2-127.0.0.9", "fd00::1", several with commas. Nothing: one of them is no
/// numeric address, a range goes back or is not IPv4, or there are more than kSourcesMax.
std::optional<std::vector<Endpoint>> parse_sources(std::string_view text);

/// `bytes` letters that tell their place, the last one a line feed.
std::string payload_of(std::size_t bytes);

}  // namespace halo::bench::load
