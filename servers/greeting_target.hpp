#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace halo {

/// Whom a request for `target` greets: "World" for `/`, NAME for `/hello/NAME`, percent-decoded to
/// whatever bytes that gives. What stands behind "?" is ignored, and so is the host of a target in
/// absolute form. Nothing for another path, and where NAME is empty or has another "/".
/// *Lifetime:* the name lies in `target`, or in `room` where it had to be decoded.
std::optional<std::string_view> greeted_name(std::string_view target, std::string& room);

/// The path of a request's target: without the host of the absolute form, and without the query.
std::string_view path_of(std::string_view target) noexcept;

}  // namespace halo
