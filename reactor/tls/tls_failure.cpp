// What OpenSSL says went wrong, as a code and in words.

#include <openssl/err.h>
#include <openssl/ssl.h>

#include "reactor/tls/internal/tls_peer.hpp"
#include "reactor/tls/tls_error.hpp"

namespace halo {
namespace {

constexpr std::size_t kWordsBytesMax =
    256;  // a name or a line in a message: a screen's width or two

std::string name_of(const TlsPeer& peer) { return peer.host.empty() ? "the client" : peer.host; }

}  // namespace

std::string printable(std::string text) {
  if (text.size() > kWordsBytesMax) {
    text.resize(kWordsBytesMax);
    text += "...";
  }
  for (char& c : text) {
    if (c < ' ' || c > '~') {
      c = '?';
    }
  }
  return text;
}

std::error_code tls_failure(const TlsPeer& peer, bool handshaking, std::string& words) {
  const unsigned long error = ERR_peek_error();
  const int reason = ERR_GET_LIB(error) == ERR_LIB_SSL ? ERR_GET_REASON(error) : 0;
  if (reason == SSL_R_CERTIFICATE_VERIFY_FAILED && peer.rejection) {
    words = peer.rejection_words;
    return peer.rejection;
  }
  if (reason > SSL_AD_REASON_OFFSET) {
    const int alert = reason - SSL_AD_REASON_OFFSET;
    words = name_of(peer) + (handshaking ? " refused the handshake: " : " ended with an alert: ") +
            SSL_alert_desc_string_long(alert);
    return alert == SSL_AD_PROTOCOL_VERSION ? TlsErrc::kVersionTooOld : TlsErrc::kRefusedByPeer;
  }
  if (reason == SSL_R_UNSUPPORTED_PROTOCOL || reason == SSL_R_WRONG_SSL_VERSION) {
    words = name_of(peer) + " has no version of TLS from 1.2 on";
    return TlsErrc::kVersionTooOld;
  }
  const char* const said = ERR_reason_error_string(error);
  words = (handshaking ? "TLS handshake with " + name_of(peer) + " failed: "
                       : name_of(peer) + " broke the TLS protocol: ") +
          (said == nullptr ? "no reason given" : said);
  return handshaking ? TlsErrc::kHandshakeFailed : TlsErrc::kProtocolBroken;
}

}  // namespace halo
