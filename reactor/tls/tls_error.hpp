#pragma once

#include <string_view>
#include <system_error>

namespace halo {

/// Why there is no TLS connection, or no more. An end of input that the peer did not announce is
/// Errc::kTruncated, a handshake that takes too long Errc::kHandshakeTimeout, and what the socket
/// says (ECONNRESET, ...) stays what it is.
enum class TlsErrc {
  // The peer's certificate was not accepted: see is_certificate_error.
  kCertificateExpired = 1,
  kCertificateNotYetValid,
  kCertificateForOtherHost,
  kCertificateSelfSigned,
  kCertificateAuthorityUnknown,
  kCertificateRejected,  ///< for any other reason, which the stream's failure() tells

  // The handshake failed otherwise, or the peer broke the protocol.
  kNotTls,           ///< what the peer sent is no TLS at all: a plain server on the port?
  kVersionTooOld,    ///< it has no version of TLS that is taken here
  kHandshakeEnded,   ///< it ended the connection during the handshake
  kRefusedByPeer,    ///< it sent a fatal alert
  kHandshakeFailed,  ///< the handshake failed for another reason
  kProtocolBroken,   ///< damaged or forged records, or messages out of their turn

  // A context could not be made, or a stream of it.
  kBadAuthorities,    ///< the file holds no certificate that could be read
  kBadCertificate,    ///< the same of the server's own
  kBadKey,            ///< no private key, or not the one of the certificate
  kBadHost,           ///< neither a host name nor a numeric address
  kBadProtocolNames,  ///< ALPN names have 1 to 255 bytes
  kOutOfMemory,
};

/// The category of `TlsErrc`; its name is "halo.tls".
const std::error_category& tls_category() noexcept;

std::error_code make_error_code(TlsErrc code) noexcept;

/// Whether `error` says that the peer's certificate was not accepted: what curl reports as 60.
bool is_certificate_error(std::error_code error) noexcept;

}  // namespace halo

template <>
struct std::is_error_code_enum<halo::TlsErrc> : std::true_type {};
