#include <memory>
#include <utility>

#include "reactor/tls/tls_context.hpp"
#include "reactor/tls/tls_error.hpp"
#include "reactor/tls/tls_stream.hpp"
#include "tools/httpget/secure.hpp"

namespace halo::httpget {

Result<http::SecureStream> secure_stream(const Options& options) {
  TlsClientOptions tls;
  tls.authorities_file = options.ca_file;
  tls.verify_peer = !options.insecure;
  tls.protocols = {"http/1.1"};
  Result<TlsContext> made = TlsContext::create_client(tls);
  if (!made) {
    return made.error();
  }
  // Shared, because a std::function must be copyable.
  const auto context = std::make_shared<const TlsContext>(std::move(*made));
  return http::SecureStream([context](const std::string& host, std::uint16_t port) {
    Result<std::unique_ptr<TlsStream>> stream = TlsStream::to_server(*context, host, port);
    return stream ? Result<std::unique_ptr<ByteStream>>(std::move(*stream)) : stream.error();
  });
}

std::optional<ExitCode> exit_code_of_tls(std::error_code error) {
  if (is_certificate_error(error)) {
    return ExitCode::kCertificate;
  }
  if (error == TlsErrc::kBadAuthorities) {
    return ExitCode::kCaFile;
  }
  if (error == TlsErrc::kProtocolBroken) {
    return ExitCode::kReceive;
  }
  return error.category() == tls_category() ? std::optional(ExitCode::kTlsConnect) : std::nullopt;
}

std::string tls_version() { return std::string(tls_library_version()); }

}  // namespace halo::httpget
