#pragma once

#include <optional>
#include <string>
#include <system_error>

#include "protocols/http/client_options.hpp"
#include "reactor/result.hpp"
#include "tools/httpget/exit_code.hpp"
#include "tools/httpget/options.hpp"

/// What httpget knows of TLS. A build without it has another secure_*.cpp.
namespace halo::httpget {

/// What makes connections secure; empty where this build has no TLS. Fails where the file of
/// --cacert cannot be used.
Result<http::SecureStream> secure_stream(const Options& options);

/// The exit code for an error of TLS itself; nothing for any other error.
std::optional<ExitCode> exit_code_of_tls(std::error_code error);

/// "OpenSSL 3.0.19 27 Jan 2026", or "no TLS".
std::string tls_version();

}  // namespace halo::httpget
