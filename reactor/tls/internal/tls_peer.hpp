#pragma once

#include <string>
#include <system_error>

struct ssl_st;             // OpenSSL's SSL
struct x509_store_ctx_st;  // OpenSSL's X509_STORE_CTX

namespace halo {

/// Who is at the other end of a stream, for OpenSSL's callbacks: SSL_get_app_data gives it.
struct TlsPeer {
  std::string host;             ///< the server's; empty: the peer is a client
  std::string session_key;      ///< its sessions' in the context
  std::error_code rejection;    ///< why its certificate was not accepted
  std::string rejection_words;  ///< the same for a person
};

/// OpenSSL's verify callback: notes why a certificate is not accepted, while it is at hand.
int note_rejection(int accepted, x509_store_ctx_st* verification);

/// `text` as it may stand in a message: printable, and not longer than a name should be.
std::string printable(std::string text);

/// What went wrong, by the calling thread's OpenSSL errors. `handshaking`: the peer is not known
/// yet. `words` becomes the same for a person.
std::error_code tls_failure(const TlsPeer& peer, bool handshaking, std::string& words);

}  // namespace halo
