#include "bench/further_models.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "servers/command_line.hpp"

namespace halo::bench {
namespace {

constexpr std::string_view kForm = "--also NAME=COMMAND, or tcp:, http: or udp: before the name";

struct Prefix {
  std::string_view word;
  Speaks speaks;
};
constexpr std::array kPrefixes = {Prefix{"tcp:", Speaks::kLines}, Prefix{"http:", Speaks::kHttp},
                                  Prefix{"udp:", Speaks::kDatagrams}};

Speaks take_prefix(std::string_view& text) {
  for (const Prefix& prefix : kPrefixes) {
    if (text.starts_with(prefix.word)) {
      text.remove_prefix(prefix.word.size());
      return prefix.speaks;
    }
  }
  return Speaks::kLines;
}

/// Of "...@PORT", which it cuts off. Nothing where an @ means something else, or there is none.
std::optional<std::uint16_t> take_port(std::string_view& command) {
  const std::size_t at = command.rfind('@');
  if (at == std::string_view::npos) {
    return std::nullopt;
  }
  const std::string_view digits = command.substr(at + 1);
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (error != std::errc{} || end != digits.data() + digits.size() || port == 0) {
    return std::nullopt;
  }
  command = command.substr(0, at);
  return port;
}

Speaks spoken_in(const Scenario& scenario) {
  return scenario.datagrams ? Speaks::kDatagrams : scenario.http ? Speaks::kHttp : Speaks::kLines;
}

void refuse_second(const Scenario& scenario, const std::string& name) {
  const bool taken = std::any_of(scenario.models.begin(), scenario.models.end(),
                                 [&name](const Model& model) { return model.name == name; });
  if (taken) {
    throw command_line::UsageError(
        fmt::format("there are two models named '{}' in {}", name, scenario.name()),
        "another name for --also");
  }
}

}  // namespace

FurtherModel parse_also(std::string_view text) {
  const std::string_view whole = text;
  FurtherModel also;
  also.speaks = take_prefix(text);
  const std::size_t equals = text.find('=');
  if (equals == 0 || equals == std::string_view::npos) {
    throw command_line::UsageError(fmt::format("--also '{}' names no server", whole),
                                   std::string(kForm));
  }
  std::string_view command = text.substr(equals + 1);
  also.model.name = text.substr(0, equals);
  also.model.port = take_port(command);
  also.model.shell = command;
  if (command.find_first_not_of(' ') == std::string_view::npos) {
    throw command_line::UsageError(fmt::format("--also '{}' has no command", whole),
                                   std::string(kForm));
  }
  if (also.model.port && also.speaks == Speaks::kDatagrams) {
    throw command_line::UsageError(
        "nobody can know when a server over UDP is ready unless it says so",
        "have it print 'listening on 127.0.0.1:PORT', and leave out @PORT");
  }
  return also;
}

const std::vector<Peer>& peers() {
  static const std::vector<Peer> all{{"asio", "hello-asio", "libasio-dev"},
                                     {"libuv", "hello-libuv", "libuv1-dev"},
                                     {"libevent", "hello-libevent", "libevent-dev"}};
  return all;
}

void add_models(std::vector<Scenario>& scenarios, const std::vector<FurtherModel>& further) {
  for (const FurtherModel& one : further) {
    bool fits = false;
    for (Scenario& scenario : scenarios) {
      if (scenario.waits || one.speaks != spoken_in(scenario)) {
        continue;
      }
      refuse_second(scenario, one.model.name);
      scenario.models.push_back(one.model);
      fits = true;
    }
    if (!fits) {
      throw command_line::UsageError(
          fmt::format("no chosen scenario speaks the protocol of '{}'", one.model.name),
          "http: or udp: before the name, or another --scenario");
    }
  }
}

}  // namespace halo::bench
