#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace halo {

/// The path of a request's target: without the host of the absolute form, and without the query.
std::string_view path_of(std::string_view target) noexcept;

/// Whom a request for `path` greets: "World" for `/`, NAME for `/hello/NAME`, percent-decoded to
/// whatever bytes that gives. Nothing for another path, and where NAME is empty or has another "/".
/// *Lifetime:* the name lies in `path`, or in `room` where it had to be decoded.
std::optional<std::string_view> greeted_name(std::string_view path, std::string& room);

}  // namespace halo
