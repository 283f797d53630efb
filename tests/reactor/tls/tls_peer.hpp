#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "reactor/owned_fd.hpp"
#include "tests/reactor/tls/authority.hpp"

struct ssl_ctx_st;
struct ssl_st;

namespace halo::test {

/// The other end of a TLS connection, by OpenSSL alone, moved by hand: it sends its records in
/// pieces of any size, ends where a test wants it, and breaks every promise on demand.
class TlsPeer {
 public:
  /// A server with this identity, or with null a client that verifies nothing, on a connected
  /// socket.
  TlsPeer(OwnedFd socket, const Identity* server);
  TlsPeer(const TlsPeer&) = delete;
  TlsPeer& operator=(const TlsPeer&) = delete;
  ~TlsPeer();

  /// Moves what can be moved, both ways.
  void step();

  /// Encrypts and sends `text`, when the handshake is done.
  void send(std::string_view text) { to_send_ += text; }
  /// Announces the end (close_notify) behind what was sent.
  void announce_end() { announces_end_ = true; }

  /// What may be set before the first step.
  ssl_ctx_st* context() noexcept { return context_.get(); }
  ssl_st* ssl() noexcept { return ssl_.get(); }
  std::size_t bytes_per_step = SIZE_MAX;  ///< of its records
  std::size_t bytes_max = SIZE_MAX;       ///< of its records: the rest stays here
  bool reads = true;

  bool open() const noexcept { return open_; }
  const std::string& received() const noexcept { return received_; }
  bool saw_announced_end() const noexcept { return saw_announced_end_; }
  bool saw_end() const noexcept { return saw_end_; }  ///< FIN
  int error() const noexcept { return error_; }       ///< errno of the socket
  bool failed() const noexcept { return failed_; }    ///< in OpenSSL's eyes
  bool sent_all() const noexcept { return to_send_.empty() && records_.empty(); }
  std::size_t sent_bytes() const noexcept { return sent_bytes_; }  ///< of its records

  OwnedFd& socket() noexcept { return socket_; }

 private:
  struct Free {
    void operator()(ssl_ctx_st* context) const noexcept;
    void operator()(ssl_st* ssl) const noexcept;
  };

  void take_input();
  void think();
  void give_output();

  OwnedFd socket_;
  std::unique_ptr<ssl_ctx_st, Free> context_;
  std::unique_ptr<ssl_st, Free> ssl_;
  std::string to_send_;
  std::string records_;  // made, not sent yet
  std::string received_;
  std::size_t sent_bytes_ = 0;
  int error_ = 0;
  bool is_server_;
  bool open_ = false;
  bool failed_ = false;
  bool announces_end_ = false;
  bool announced_end_ = false;
  bool saw_announced_end_ = false;
  bool saw_end_ = false;
};

}  // namespace halo::test
