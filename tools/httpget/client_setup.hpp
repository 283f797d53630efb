#pragma once

#include <variant>

#include "protocols/http/client_options.hpp"
#include "tools/httpget/failure.hpp"
#include "tools/httpget/options.hpp"

namespace halo::httpget {

/// A client as the command line wants it. Fails with kCaFile, or kMalformedUrl for a proxy that is
/// none.
std::variant<http::ClientOptions, Failure> make_client_options(const Options& options);

}  // namespace halo::httpget
