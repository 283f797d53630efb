#pragma once

#include <string>
#include <string_view>

namespace halo::httpget {

/// The lines of `head`, with or without the empty one at its end, as a person reads them: each with
/// `prefix` in front, control bytes escaped, LF behind. Secrets (the values of Authorization and
/// Proxy-Authorization but for their scheme, and of Cookie) come as "***".
std::string head_for_eyes(std::string_view head, std::string_view prefix);

}  // namespace halo::httpget
