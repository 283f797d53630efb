#include "reactor/tls/tls_stream.hpp"

#include <algorithm>
#include <utility>

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "reactor/check.hpp"
#include "reactor/endpoint.hpp"
#include "reactor/error.hpp"
#include "reactor/limits.hpp"
#include "reactor/socket.hpp"
#include "reactor/tls/internal/socket_bio.hpp"
#include "reactor/tls/internal/tls_peer.hpp"
#include "reactor/tls/internal/tls_shared.hpp"
#include "reactor/tls/tls_error.hpp"

namespace halo {
namespace {

/// Plaintext that becomes records before the kernel is asked to take them: two full ones, so that
/// a call of its own is not needed for each.
constexpr std::size_t kPieceBytes = 32 * 1024;

/// Plaintext taken by one write, so that a peer that reads fast cannot starve the others.
constexpr std::size_t kWriteBytesMax = 256 * 1024;

/// Records of OpenSSL's own (answers to key updates) that may wait for the kernel; with more of
/// them the peer is not read from.
constexpr std::size_t kUnflushedBytesMax = 64 * 1024;

std::error_code would_block() noexcept {
  return std::make_error_code(std::errc::resource_unavailable_try_again);
}

/// The host without brackets or final dot; empty: it cannot be one.
std::string_view plain_host(std::string_view host) noexcept {
  constexpr std::size_t kHostBytesMax = 253;  // RFC 1035, section 2.3.4, as text
  if (host.starts_with('[') && host.ends_with(']')) {
    host = host.substr(1, host.size() - 2);
  } else if (host.ends_with('.')) {
    host.remove_suffix(1);
  }
  const auto is_odd = [](char c) { return c <= ' ' || c > '~'; };
  const bool odd = std::any_of(host.begin(), host.end(), is_odd);
  return odd || host.size() > kHostBytesMax ? std::string_view{} : host;
}

}  // namespace

struct TlsStream::Parts {
  struct Free {
    void operator()(SSL* gone) const noexcept { SSL_free(gone); }
  };

  SocketBio socket;
  TlsPeer peer;
  std::unique_ptr<SSL, Free> ssl;  // goes first: it uses the two above

  std::error_code failed;  // for good
  std::string failure;
  std::size_t in_flight_bytes = 0;  // plaintext made into records that the kernel has not all taken
  bool opened = false;
  bool has_input = false;
  bool finishing = false;
  bool choked = false;  // too much of OpenSSL's own waits for the kernel

  /// Gives it a connection of `context`. False: out of memory.
  bool make_ssl(SSL_CTX* context) {
    ssl.reset(SSL_new(context));
    BIO* const bio = ssl == nullptr ? nullptr : socket.make_bio();
    if (bio == nullptr) {
      return false;
    }
    SSL_set_bio(ssl.get(), bio, bio);
    return SSL_set_app_data(ssl.get(), &peer) == 1;
  }

  /// Has the certificate checked against `peer.host`. False: out of memory.
  bool expect_host() {
    X509_VERIFY_PARAM* const expected = SSL_get0_param(ssl.get());
    if (const Result<Endpoint> numeric = Endpoint::parse(peer.host, 0)) {
      const std::size_t size = numeric->family() == Endpoint::Family::kIpv4 ? 4 : 16;
      return X509_VERIFY_PARAM_set1_ip(expected, numeric->address().data(), size) == 1;
    }
    // Names stand in the certificate's extension, never in its subject: RFC 9525, section 2.
    X509_VERIFY_PARAM_set_hostflags(
        expected, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
    return X509_VERIFY_PARAM_set1_host(expected, peer.host.data(), peer.host.size()) == 1 &&
           SSL_ctrl(ssl.get(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
                    peer.host.data()) == 1;  // SNI
  }

  /// Notes why OpenSSL could not go on, for good, and returns it.
  std::error_code fail() {
    const unsigned long error = ERR_peek_error();
    const bool cut_off =
        error == 0 || (ERR_GET_LIB(error) == ERR_LIB_SSL &&
                       ERR_GET_REASON(error) == SSL_R_UNEXPECTED_EOF_WHILE_READING);
    if (!opened && !socket.began_as_tls()) {
      failed = TlsErrc::kNotTls;
    } else if (cut_off && socket.error()) {
      failed = socket.error();
    } else if (cut_off && socket.ended()) {
      failed =
          opened ? std::error_code(Errc::kTruncated) : std::error_code(TlsErrc::kHandshakeEnded);
    } else {
      failed = tls_failure(peer, !opened, failure);
    }
    (void)socket.flush();  // an alert, if the peer still takes it
    return failed;
  }

  /// One step of the handshake. Zero: it is done.
  std::error_code shake() {
    ERR_clear_error();
    socket.allow_reading(limits::kReadBytesMax);
    const int outcome = SSL_do_handshake(ssl.get());
    if (outcome == 1) {
      return {};
    }
    const int reason = SSL_get_error(ssl.get(), outcome);
    return reason == SSL_ERROR_WANT_READ ? would_block() : fail();
  }
};

TlsStream::TlsStream(std::unique_ptr<Parts> parts) noexcept : parts_(std::move(parts)) {}

TlsStream::~TlsStream() {
  if (parts_->opened && !parts_->failed) {
    // However the connection ended, its session was good; OpenSSL would discard it.
    SSL_set_shutdown(parts_->ssl.get(), SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
  }
}

Result<std::unique_ptr<TlsStream>> TlsStream::to_server(const TlsContext& client,
                                                        std::string_view host, std::uint16_t port) {
  auto parts = std::make_unique<Parts>();
  parts->peer.host = plain_host(host);
  if (parts->peer.host.empty()) {
    return TlsErrc::kBadHost;
  }
  parts->peer.session_key = parts->peer.host + ' ' + std::to_string(port);
  if (!parts->make_ssl(client.native_handle()) || !parts->expect_host()) {
    return TlsErrc::kOutOfMemory;
  }
  SSL_set_connect_state(parts->ssl.get());
  TlsShared::of(client.native_handle()).resume(parts->ssl.get(), parts->peer.session_key);
  return std::unique_ptr<TlsStream>(new TlsStream(std::move(parts)));
}

Result<std::unique_ptr<TlsStream>> TlsStream::to_client(const TlsContext& server) {
  auto parts = std::make_unique<Parts>();
  if (!parts->make_ssl(server.native_handle())) {
    return TlsErrc::kOutOfMemory;
  }
  SSL_set_accept_state(parts->ssl.get());
  return std::unique_ptr<TlsStream>(new TlsStream(std::move(parts)));
}

// ---- what was agreed ----

std::string_view TlsStream::protocol() const noexcept {
  const unsigned char* name = nullptr;
  unsigned size = 0;
  SSL_get0_alpn_selected(parts_->ssl.get(), &name, &size);
  return {reinterpret_cast<const char*>(name), size};
}

std::string_view TlsStream::version() const noexcept { return SSL_get_version(parts_->ssl.get()); }

std::string_view TlsStream::cipher() const noexcept {
  return SSL_get_cipher_name(parts_->ssl.get());
}

bool TlsStream::session_reused() const noexcept {
  return SSL_session_reused(parts_->ssl.get()) == 1;
}

std::string TlsStream::failure() const { return parts_->failure; }

// ---- the stream ----

void TlsStream::attach(int fd) { parts_->socket.attach(fd); }

std::error_code TlsStream::open() {
  Parts& p = *parts_;
  std::error_code error = p.shake();
  if (p.failed) {
    return error;
  }
  if (const std::error_code unsent = p.socket.flush()) {
    if (socket::would_block(unsent)) {
      return unsent;
    }
    // The peer is gone, but may have said why.
    error = p.shake();
    return p.failed ? error : unsent;
  }
  if (!error) {
    p.opened = true;
    p.has_input = SSL_has_pending(p.ssl.get()) == 1;
  }
  return error;
}

Result<std::size_t> TlsStream::read(std::span<std::byte> room) {
  Parts& p = *parts_;
  p.has_input = false;
  if (p.failed) {
    return p.failed;
  }
  if (p.choked) {
    p.choked = socket::would_block(p.socket.flush());  // what else it says, the read will, too
    if (p.choked) {
      return would_block();
    }
  }
  p.socket.allow_reading(limits::kReadBytesMax);
  std::size_t done = 0;
  int outcome = SSL_ERROR_NONE;
  while (done < room.size() && outcome == SSL_ERROR_NONE) {
    ERR_clear_error();
    std::size_t count = 0;
    const std::span<std::byte> rest = room.subspan(done);
    if (SSL_read_ex(p.ssl.get(), rest.data(), rest.size(), &count) == 1) {
      done += count;
    } else {
      outcome = SSL_get_error(p.ssl.get(), 0);
    }
  }
  if (outcome == SSL_ERROR_NONE) {
    p.has_input = SSL_has_pending(p.ssl.get()) == 1;
  } else if (outcome == SSL_ERROR_WANT_READ) {
    if (p.socket.unflushed_bytes() > 0) {
      (void)p.socket.flush();  // whatever it says comes again
      p.choked = p.socket.unflushed_bytes() > kUnflushedBytesMax;
    }
    return done > 0 ? Result<std::size_t>(done) : would_block();
  } else if (outcome != SSL_ERROR_ZERO_RETURN) {
    (void)p.fail();
  }
  // What ended the loop comes by the next call, if there are bytes to tell first.
  p.has_input = p.has_input || (outcome != SSL_ERROR_NONE && done > 0);
  return done == 0 && p.failed ? Result<std::size_t>(p.failed) : Result<std::size_t>(done);
}

Result<std::size_t> TlsStream::write(std::span<const std::byte> bytes) {
  Parts& p = *parts_;
  if (p.failed) {
    return p.failed;
  }
  HALO_CHECK(bytes.size() >= p.in_flight_bytes, "a write goes on with what was not taken");
  std::size_t done = 0;
  while (true) {
    if (const std::error_code error = p.socket.flush()) {
      const bool later = socket::would_block(error) && done > 0;
      return later ? Result<std::size_t>(done) : Result<std::size_t>(error);
    }
    done += std::exchange(p.in_flight_bytes, 0);
    if (done == bytes.size() || done >= kWriteBytesMax) {
      return done;
    }
    const std::size_t piece = std::min(bytes.size() - done, kPieceBytes);
    ERR_clear_error();
    std::size_t count = 0;  // all of it: the BIO takes whatever comes
    if (SSL_write_ex(p.ssl.get(), bytes.data() + done, piece, &count) != 1) {
      return p.fail();
    }
    p.in_flight_bytes = piece;
  }
}

std::error_code TlsStream::finish() {
  Parts& p = *parts_;
  if (!std::exchange(p.finishing, true)) {
    ERR_clear_error();
    if (SSL_shutdown(p.ssl.get()) < 0) {
      return p.fail();
    }
  }
  return p.socket.flush();
}

bool TlsStream::has_input() const noexcept { return parts_->has_input; }

Interest TlsStream::read_waits_for() const noexcept {
  const Parts& p = *parts_;
  const bool own_waits = p.in_flight_bytes == 0 && p.socket.unflushed_bytes() > 0;
  if (p.choked || (own_waits && !p.opened)) {
    return Interest::kWritable;  // nothing is read until then
  }
  return own_waits ? Interest::kBoth : Interest::kReadable;
}

Interest TlsStream::write_waits_for() const noexcept { return Interest::kWritable; }

}  // namespace halo
