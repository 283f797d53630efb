#pragma once

#include <cstddef>
#include <system_error>

#include "reactor/buffer.hpp"

struct bio_st;  // OpenSSL's BIO

namespace halo {

/// The socket as OpenSSL sees it. A BIO of our own, because OpenSSL's writes raise SIGPIPE and lose
/// errno, and because this one never refuses a write: records go to a buffer and from there to the
/// kernel, several in one call. So no record is ever half written in OpenSSL's eyes, which could
/// not send another one then (an alert, the answer to a key update), and no call of it waits for
/// writability.
/// *Owner:* a TlsStream. *Lifetime:* must outlive the BIO that `make_bio` returned.
class SocketBio {
 public:
  /// What OpenSSL reads from and writes to; its owner is the caller. Null: out of memory.
  bio_st* make_bio();

  void attach(int fd) noexcept { fd_ = fd; }

  /// Lets OpenSSL take up to `bytes` from the kernel until the next such call: a peer that floods
  /// it with records of its own holds no loop.
  void allow_reading(std::size_t bytes) noexcept { readable_bytes_ = bytes; }

  /// Gives to the kernel what was written. EAGAIN: some of it is left.
  [[nodiscard]] std::error_code flush();
  std::size_t unflushed_bytes() const noexcept { return unflushed_.size(); }

  /// Whether the peer's FIN was read.
  bool ended() const noexcept { return ended_; }
  /// Why the socket cannot be read any more.
  std::error_code error() const noexcept { return error_; }
  /// Whether what came first may be TLS, or nothing came yet.
  bool began_as_tls() const noexcept { return began_as_tls_; }

 private:
  struct Calls;  // the functions that OpenSSL calls

  int fd_ = -1;
  std::size_t readable_bytes_ = 0;
  Buffer unflushed_;
  std::error_code error_;
  bool began_ = false;
  bool began_as_tls_ = true;
  bool ended_ = false;
};

}  // namespace halo
