#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "reactor/result.hpp"

struct ssl_ctx_st;  // OpenSSL's SSL_CTX

namespace halo {

/// What all TLS connections of a client have in common.
struct TlsClientOptions {
  /// A PEM file of the authorities to trust instead of the system's own; empty: the system's.
  std::string authorities_file;
  /// False accepts any certificate, and with it any impostor.
  bool verify_peer = true;
  /// Protocols to offer (ALPN), the preferred one first: "http/1.1".
  std::vector<std::string> protocols;
};

/// What all TLS connections of a server have in common.
struct TlsServerOptions {
  /// A PEM file: the server's certificate, followed by those that lead to its authority.
  std::string certificate_file;
  /// A PEM file of the certificate's private key, without a pass phrase.
  std::string key_file;
  /// Protocols to take (ALPN), the preferred one first; a client that offers none of them is
  /// refused, one that offers nothing at all is not.
  std::vector<std::string> protocols;
};

/// Settings and trust shared by many TlsStreams, and a client's resumable sessions.
/// *Thread:* any; streams of one context may live on several loops. *Lifetime:* streams keep what
/// they need of it, it may go before them.
///
/// 1. TLS 1.2 and 1.3, no renegotiation, no compression.
/// 2. A client keeps at most kSessionsMax sessions, by host and port; one of TLS 1.3 is used once.
class TlsContext {
 public:
  static constexpr std::size_t kSessionsMax = 256;

  /// Fails with the system's word on a file that cannot be read, or kBadAuthorities,
  /// kBadProtocolNames.
  static Result<TlsContext> create_client(const TlsClientOptions& options = {});

  /// Fails with the system's word on a file that cannot be read, or kBadCertificate, kBadKey,
  /// kBadProtocolNames.
  static Result<TlsContext> create_server(const TlsServerOptions& options);

  ssl_ctx_st* native_handle() const noexcept { return context_.get(); }

 private:
  struct Free {
    void operator()(ssl_ctx_st* context) const noexcept;
  };
  explicit TlsContext(ssl_ctx_st* context) noexcept : context_(context) {}

  std::unique_ptr<ssl_ctx_st, Free> context_;
};

/// "OpenSSL 3.0.19 27 Jan 2026": the library that is used, as it names itself.
std::string_view tls_library_version() noexcept;

}  // namespace halo
