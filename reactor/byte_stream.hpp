#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <system_error>

#include "reactor/poller.hpp"
#include "reactor/result.hpp"

namespace halo {

/// What lies between a Connection and its socket where that is not nothing: TLS, or a test's
/// script. A plain connection has none. *Owner:* its connection. *Thread:* the loop's.
///
///     attach open* (read | write)* finish*
///
/// 1. No call blocks. One that cannot go on fails with EAGAIN (see socket::would_block), and
///    `read_waits_for` or `write_waits_for` says what for; the connection repeats it then, and may
///    repeat it any time before.
/// 2. Any other failure is final. The connection closes with it and makes no call any more, but
///    `failure`.
/// 3. It holds a bounded amount of bytes, whatever the peer does, and closes no descriptor.
class ByteStream {
 public:
  virtual ~ByteStream() = default;

  /// The socket beneath: connected, non-blocking, the connection's own, good for the calls below.
  virtual void attach(int fd) = 0;

  /// Goes on with what comes before the first byte, such as a handshake. Zero: bytes may pass.
  /// EAGAIN: once `read_waits_for` is met, again.
  [[nodiscard]] virtual std::error_code open() = 0;

  /// Reads at most `room` bytes. 0: the peer has said that nothing follows. An end that nobody
  /// announced is a failure where the protocol announces it: Errc::kTruncated.
  virtual Result<std::size_t> read(std::span<std::byte> room) = 0;

  /// Takes bytes from the front of `bytes`, which is not empty; returns how many. After EAGAIN, or
  /// after fewer than all, the next call begins with the bytes that were not taken, and has no
  /// fewer.
  virtual Result<std::size_t> write(std::span<const std::byte> bytes) = 0;

  /// Tells the peer that nothing follows what was written; the connection sends FIN then. Nothing
  /// is read or written afterwards. EAGAIN: once `write_waits_for` is met, again.
  [[nodiscard]] virtual std::error_code finish() = 0;

  /// Whether `read` has something to tell (bytes, the end, a failure) that was taken from the
  /// kernel already, so that no readiness will announce it.
  virtual bool has_input() const noexcept = 0;

  /// Which readiness of the socket lets `open` or `read` go on; of two, either.
  virtual Interest read_waits_for() const noexcept = 0;
  /// The same for `write` and `finish`.
  virtual Interest write_waits_for() const noexcept = 0;

  /// The final failure in one line for a person, with what an error_code has no room for: names,
  /// dates. Empty: there was none, or its code says it all.
  virtual std::string failure() const { return {}; }
};

}  // namespace halo
