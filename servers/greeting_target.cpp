#include "servers/greeting_target.hpp"

#include "protocols/http/percent.hpp"

namespace halo {
namespace {

constexpr std::string_view kHello = "/hello/";

}  // namespace

std::string_view path_of(std::string_view target) noexcept {
  const std::size_t scheme = target.starts_with('/') ? std::string_view::npos : target.find("://");
  if (scheme != std::string_view::npos) {
    const std::size_t path = target.find_first_of("/?", scheme + 3);
    target = path == std::string_view::npos || target[path] == '?' ? "/" : target.substr(path);
  }
  return target.substr(0, target.find('?'));
}

std::optional<std::string_view> greeted_name(std::string_view path, std::string& room) {
  if (path == "/") {
    return "World";
  }
  if (!path.starts_with(kHello)) {
    return std::nullopt;
  }
  const std::string_view name = path.substr(kHello.size());
  if (name.empty() || name.find('/') != std::string_view::npos) {
    return std::nullopt;
  }
  if (name.find('%') == std::string_view::npos) {
    return name;
  }
  if (http::find_bad_percent(name) != std::string_view::npos) {
    return std::nullopt;
  }
  room = http::percent_decode(name);
  return room;
}

}  // namespace halo
