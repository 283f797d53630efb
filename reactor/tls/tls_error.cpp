#include "reactor/tls/tls_error.hpp"

#include <string>

namespace halo {
namespace {

class Category final : public std::error_category {
 public:
  const char* name() const noexcept override { return "halo.tls"; }

  std::string message(int value) const override {
    switch (static_cast<TlsErrc>(value)) {
      case TlsErrc::kCertificateExpired:
        return "certificate has expired";
      case TlsErrc::kCertificateNotYetValid:
        return "certificate is not valid yet";
      case TlsErrc::kCertificateForOtherHost:
        return "certificate is for another host";
      case TlsErrc::kCertificateSelfSigned:
        return "self-signed certificate";
      case TlsErrc::kCertificateAuthorityUnknown:
        return "unknown certificate authority";
      case TlsErrc::kCertificateRejected:
        return "certificate not accepted";
      case TlsErrc::kNotTls:
        return "the peer does not speak TLS";
      case TlsErrc::kVersionTooOld:
        return "the peer has no version of TLS that is taken here";
      case TlsErrc::kHandshakeEnded:
        return "the peer ended the connection during the TLS handshake";
      case TlsErrc::kRefusedByPeer:
        return "the peer refused by a TLS alert";
      case TlsErrc::kHandshakeFailed:
        return "TLS handshake failed";
      case TlsErrc::kProtocolBroken:
        return "the peer broke the TLS protocol";
      case TlsErrc::kBadAuthorities:
        return "no certificate authority in the file";
      case TlsErrc::kBadCertificate:
        return "no certificate in the file";
      case TlsErrc::kBadKey:
        return "no private key in the file, or not the certificate's";
      case TlsErrc::kBadHost:
        return "neither a host name nor a numeric address";
      case TlsErrc::kBadProtocolNames:
        return "protocol names have 1 to 255 bytes";
      case TlsErrc::kOutOfMemory:
        return "out of memory for TLS";
    }
    return "unknown error";
  }
};

}  // namespace

const std::error_category& tls_category() noexcept {
  static const Category category;
  return category;
}

std::error_code make_error_code(TlsErrc code) noexcept {
  return {static_cast<int>(code), tls_category()};
}

bool is_certificate_error(std::error_code error) noexcept {
  return error.category() == tls_category() &&
         error.value() >= static_cast<int>(TlsErrc::kCertificateExpired) &&
         error.value() <= static_cast<int>(TlsErrc::kCertificateRejected);
}

}  // namespace halo
