#include "tests/reactor/tls/tls_peer.hpp"

#include <algorithm>
#include <array>

#include <openssl/err.h>
#include <openssl/ssl.h>

#include "reactor/check.hpp"
#include "tests/support/sockets.hpp"

namespace halo::test {

void TlsPeer::Free::operator()(SSL_CTX* context) const noexcept { SSL_CTX_free(context); }
void TlsPeer::Free::operator()(SSL* ssl) const noexcept { SSL_free(ssl); }

TlsPeer::TlsPeer(OwnedFd socket, const Identity* server)
    : socket_(std::move(socket)),
      context_(SSL_CTX_new(server == nullptr ? TLS_client_method() : TLS_server_method())),
      is_server_(server != nullptr) {
  if (is_server_) {
    HALO_CHECK(SSL_CTX_use_certificate_file(context_.get(), server->certificate_file.c_str(),
                                            SSL_FILETYPE_PEM) == 1 &&
                   SSL_CTX_use_PrivateKey_file(context_.get(), server->key_file.c_str(),
                                               SSL_FILETYPE_PEM) == 1,
               "the identity can be read");
  }
}

TlsPeer::~TlsPeer() = default;

void TlsPeer::step() {
  if (ssl_ == nullptr) {
    ssl_.reset(SSL_new(context_.get()));
    SSL_set_bio(ssl_.get(), BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
    is_server_ ? SSL_set_accept_state(ssl_.get()) : SSL_set_connect_state(ssl_.get());
  }
  if (reads && socket_) {
    take_input();
  }
  think();
  if (socket_) {
    give_output();
  }
}

void TlsPeer::take_input() {
  const Received input = read_available(socket_.get(), 1'000'000);
  if (!input.bytes.empty()) {
    BIO_write(SSL_get_rbio(ssl_.get()), input.bytes.data(), static_cast<int>(input.bytes.size()));
  }
  saw_end_ = saw_end_ || input.ended;
  error_ = input.error != 0 ? input.error : error_;
}

void TlsPeer::think() {
  ERR_clear_error();
  if (!open_ && !failed_) {
    const int outcome = SSL_do_handshake(ssl_.get());
    open_ = outcome == 1;
    failed_ = !open_ && SSL_get_error(ssl_.get(), outcome) != SSL_ERROR_WANT_READ;
  }
  if (open_ && !failed_) {
    std::array<char, 16 * 1024> room{};
    int outcome = 0;
    while ((outcome = SSL_read(ssl_.get(), room.data(), static_cast<int>(room.size()))) > 0) {
      received_.append(room.data(), static_cast<std::size_t>(outcome));
    }
    const int reason = SSL_get_error(ssl_.get(), outcome);
    saw_announced_end_ = saw_announced_end_ || reason == SSL_ERROR_ZERO_RETURN;
    failed_ = reason != SSL_ERROR_ZERO_RETURN && reason != SSL_ERROR_WANT_READ;
    // No more than a socket would hold, so that a large transfer is not made in memory first.
    while (!to_send_.empty() && records_.size() < 1'000'000 &&
           BIO_ctrl_pending(SSL_get_wbio(ssl_.get())) < 1'000'000) {
      const std::size_t piece = std::min<std::size_t>(to_send_.size(), 100'000);
      HALO_CHECK(SSL_write(ssl_.get(), to_send_.data(), static_cast<int>(piece)) ==
                     static_cast<int>(piece),
                 "memory takes all");
      to_send_.erase(0, piece);
    }
    if (announces_end_ && to_send_.empty() && !announced_end_) {
      announced_end_ = true;
      SSL_shutdown(ssl_.get());
    }
  }
}

void TlsPeer::give_output() {
  std::array<char, 16 * 1024> room{};
  int count = 0;
  while ((count = BIO_read(SSL_get_wbio(ssl_.get()), room.data(), static_cast<int>(room.size()))) >
         0) {
    records_.append(room.data(), static_cast<std::size_t>(count));
  }
  const std::size_t size = std::min({records_.size(), bytes_per_step, bytes_max - sent_bytes_});
  const std::size_t sent =
      write_available(socket_.get(), std::string_view(records_).substr(0, size));
  records_.erase(0, sent);
  sent_bytes_ += sent;
}

}  // namespace halo::test
