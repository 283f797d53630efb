#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "reactor/endpoint.hpp"
#include "reactor/time.hpp"

namespace halo::httpget {

/// What -H says about a field of the request.
struct HeaderOption {
  std::string name;
  std::optional<std::string> value;  ///< nothing: take the one that httpget would send away
};

/// What --resolve says: where to look for a host in place of a name server.
struct ResolveOption {
  std::string host;
  std::uint16_t port = 0;
  std::vector<Endpoint> endpoints;
};

enum class Family : std::uint8_t { kAny, kIpv4, kIpv6 };

/// Where bodies go, as far as no -o says it.
enum class Naming : std::uint8_t {
  kByUrl,   ///< to a file named after the URL, and the head is printed: the default
  kSilent,  ///< the same without the head: -O
  kStdout,  ///< head and body to standard output: -i
  kNowhere  ///< there is none, the head is printed: -I
};

/// What httpget can be told, with its defaults.
struct Options {
  std::vector<std::string> urls;

  std::vector<std::string> outputs;  ///< -o, the first for the first URL
  Naming naming = Naming::kByUrl;
  bool include_head = false;  ///< in front of the body
  bool resume = false;
  bool json = false;
  bool silent = false;
  bool show_error = false;  ///< although silent
  bool verbose = false;

  std::string method = "GET";
  std::optional<std::string> body;
  std::vector<HeaderOption> headers;
  std::string user;  ///< USER:PASSWORD
  std::string user_agent;
  bool compressed = false;
  bool fail = false;

  bool follow = true;
  std::size_t redirects_max = 20;
  std::size_t retries = 0;
  std::size_t parallel = 1;
  Duration max_time{};                                  ///< 0: as long as it takes
  Duration connect_timeout = std::chrono::seconds(30);  ///< 0: as long as it takes
  std::string ca_file;
  bool insecure = false;
  std::vector<ResolveOption> resolve;
  Family family = Family::kAny;
  std::optional<std::string> proxy;  ///< nothing: as the environment says; empty: none

  bool complains() const noexcept { return !silent || show_error; }
};

/// Reads the command line, and the files that it names after -d. Returns an int: the code to exit
/// with at once, because help was given, or because it is wrong, which one line has said.
std::variant<Options, int> parse_options(int argc, const char* const* argv);

/// "30" and "0.5" are seconds, as curl has them; "10ms", "1.5s", "2m" say their unit.
std::optional<Duration> parse_seconds(std::string_view text);

/// "Name: value"; "Name;" for an empty value; "Name:" to take away what httpget would send.
std::optional<HeaderOption> parse_header(std::string_view text);

/// "HOST:PORT:ADDRESS[,ADDRESS]...", with or without brackets around IPv6 addresses.
std::optional<ResolveOption> parse_resolve(std::string_view text);

}  // namespace halo::httpget
