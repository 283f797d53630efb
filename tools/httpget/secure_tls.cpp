#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <utility>

#include "reactor/tls/tls_context.hpp"
#include "reactor/tls/tls_error.hpp"
#include "reactor/tls/tls_stream.hpp"
#include "tools/httpget/secure.hpp"

namespace halo::httpget {

namespace {

/// Whom all streams of a run trust. Made by the first one that needs it: reading the system's
/// authorities takes longer than many a download.
class SharedContext {
 public:
  explicit SharedContext(TlsClientOptions options) : options_(std::move(options)) {}

  [[nodiscard]] std::error_code make() {
    Result<TlsContext> made = TlsContext::create_client(options_);
    if (!made) {
      return made.error();
    }
    context_.emplace(*std::move(made));
    return {};
  }

  Result<std::unique_ptr<ByteStream>> stream_to(const std::string& host, std::uint16_t port) {
    if (!context_) {
      if (const std::error_code error = make()) {
        return error;
      }
    }
    Result<std::unique_ptr<TlsStream>> stream = TlsStream::to_server(*context_, host, port);
    return stream ? Result<std::unique_ptr<ByteStream>>(std::move(*stream)) : stream.error();
  }

 private:
  const TlsClientOptions options_;
  std::optional<TlsContext> context_;
};

}  // namespace

Result<http::SecureStream> secure_stream(const Options& options) {
  TlsClientOptions tls;
  tls.authorities_file = options.ca_file;
  tls.verify_peer = !options.insecure;
  tls.protocols = {"http/1.1"};
  // Shared, because a std::function must be copyable.
  const auto context = std::make_shared<SharedContext>(std::move(tls));
  if (!options.ca_file.empty()) {  // what was given by hand is judged before anything is asked
    if (const std::error_code error = context->make()) {
      return error;
    }
  }
  return http::SecureStream([context](const std::string& host, std::uint16_t port) {
    return context->stream_to(host, port);
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
