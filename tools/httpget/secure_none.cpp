#include "tools/httpget/secure.hpp"

namespace halo::httpget {

Result<http::SecureStream> secure_stream(const Options& /*options*/) {
  return http::SecureStream();
}

std::optional<ExitCode> exit_code_of_tls(std::error_code /*error*/) { return std::nullopt; }

std::string tls_version() { return "no TLS"; }

}  // namespace halo::httpget
