#pragma once

#include <string>
#include <string_view>

#include "reactor/result.hpp"

namespace halo::http {

/// The value of Authorization, or Proxy-Authorization, for a user and password: any bytes but
/// control bytes, and no colon in the user's name. Fails with kBadCredentials.
/// See: RFC 7617, 2.
Result<std::string> basic_authorization(std::string_view user, std::string_view password);

/// The value of Authorization for a token: letters, digits, "-._~+/", then any number of "=".
/// Fails with kBadCredentials.
/// See: RFC 6750, 2.1.
Result<std::string> bearer_authorization(std::string_view token);

/// See: RFC 4648, 4.
std::string base64(std::string_view bytes);

}  // namespace halo::http
