#include "reactor/tls/internal/tls_shared.hpp"

#include <algorithm>
#include <new>

#include <openssl/ssl.h>

#include "reactor/tls/internal/tls_peer.hpp"
#include "reactor/tls/tls_context.hpp"

namespace halo {
namespace {

/// A server of TLS 1.3 sends two for each connection; more than this are of use only to a burst.
constexpr std::ptrdiff_t kSessionsPerHostMax = 8;

}  // namespace

void TlsShared::FreeSession::operator()(SSL_SESSION* session) const noexcept {
  SSL_SESSION_free(session);
}

int TlsShared::index() {
  static const int index =
      SSL_CTX_get_ex_new_index(0, nullptr, nullptr, nullptr,
                               [](void* /*context*/, void* shared, CRYPTO_EX_DATA*, int, long,
                                  void*) { delete static_cast<TlsShared*>(shared); });
  return index;
}

bool TlsShared::attach(SSL_CTX* context) {
  auto shared = std::make_unique<TlsShared>();
  if (SSL_CTX_set_ex_data(context, index(), shared.get()) != 1) {
    return false;
  }
  (void)shared.release();  // the context's now
  return true;
}

TlsShared& TlsShared::of(SSL_CTX* context) {
  return *static_cast<TlsShared*>(SSL_CTX_get_ex_data(context, index()));
}

void TlsShared::keep_sessions(SSL_CTX* context) {
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
  SSL_CTX_sess_set_new_cb(context, keep);
}

/// OpenSSL's callback. 1: the session is ours.
int TlsShared::keep(SSL* stream, SSL_SESSION* session) {
  const auto* const peer = static_cast<const TlsPeer*>(SSL_get_app_data(stream));
  of(SSL_get_SSL_CTX(stream))
      .add({peer->session_key, std::unique_ptr<SSL_SESSION, FreeSession>(session)});
  return 1;
}

void TlsShared::add(Kept session) {
  const std::lock_guard lock(mutex_);
  const auto is_same_host = [&session](const Kept& kept) { return kept.key == session.key; };
  const auto oldest = std::find_if(sessions_.begin(), sessions_.end(), is_same_host);
  if (std::count_if(oldest, sessions_.end(), is_same_host) >= kSessionsPerHostMax) {
    sessions_.erase(oldest);
  } else if (sessions_.size() >= TlsContext::kSessionsMax) {
    sessions_.pop_front();
  }
  sessions_.push_back(std::move(session));
}

void TlsShared::resume(SSL* stream, const std::string& key) {
  const std::lock_guard lock(mutex_);
  const auto newest = std::find_if(sessions_.rbegin(), sessions_.rend(),
                                   [&key](const Kept& kept) { return kept.key == key; });
  if (newest == sessions_.rend()) {
    return;
  }
  SSL_SESSION* const session = newest->session.get();
  const bool resumable = SSL_SESSION_is_resumable(session) == 1;
  if (resumable) {
    (void)SSL_set_session(stream, session);  // a failure costs a full handshake
  }
  // A ticket that is used twice lets an observer link the connections: RFC 8446, section C.4.
  if (!resumable || SSL_SESSION_get_protocol_version(session) >= TLS1_3_VERSION) {
    sessions_.erase(std::next(newest).base());
  }
}

}  // namespace halo
