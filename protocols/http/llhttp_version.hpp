#pragma once

#include <string_view>

namespace halo::http {

/// The version of the llhttp that halo::http was built with: "8.1.0".
std::string_view llhttp_version() noexcept;

}  // namespace halo::http
