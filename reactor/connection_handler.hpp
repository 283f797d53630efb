#pragma once

#include <cstddef>
#include <span>
#include <system_error>

namespace halo {

class Connection;

/// What a protocol implements: one object for each connection, owned by it. *Thread:* the loop's.
///
///     (on_open (on_data | on_drain)* on_end? (on_drain)*)? on_close
///
/// Without on_open only when a stream beneath, such as TLS, never opened, or was closed before.
/// 1. No callback runs inside another one of the same connection, whatever the callback calls.
/// 2. After on_close nothing comes; the handler is destroyed right then.
class ConnectionHandler {
 public:
  virtual ~ConnectionHandler() = default;

  /// The connection is made: the place for a welcome.
  virtual void on_open(Connection& connection) { (void)connection; }

  /// `unread`: all bytes that were received and not consumed yet, the oldest first, valid during
  /// the call. Returns how many are consumed from the front. What is left comes again, with more
  /// behind it; it may be up to ConnectionOptions::unread_bytes_max. A handler that has more
  /// messages in hand than it should answer now (Connection::reading() is false) leaves them: they
  /// come again when reading resumes.
  virtual std::size_t on_data(Connection& connection, std::span<const std::byte> unread) = 0;

  /// The peer has finished sending; `unread` is what on_data left. It comes only while the handler
  /// reads, so that is the rest of one message at most. What was asked is still to be
  /// answered: the handler closes the connection when that is done. The default closes it at once,
  /// after what was sent so far.
  virtual void on_end(Connection& connection, std::span<const std::byte> unread);

  /// Everything that had to wait for a slow peer has been given to the kernel.
  virtual void on_drain(Connection& connection) { (void)connection; }

  /// The connection is closed: `why` is zero after an orderly end, else the system's reason or a
  /// halo::Errc. Nothing can be sent any more.
  virtual void on_close(Connection& connection, std::error_code why) {
    (void)connection;
    (void)why;
  }
};

}  // namespace halo
