#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <system_error>

#include "reactor/buffer.hpp"
#include "reactor/byte_stream.hpp"
#include "reactor/connection_handler.hpp"
#include "reactor/endpoint.hpp"
#include "reactor/event_loop.hpp"
#include "reactor/owned_fd.hpp"
#include "reactor/result.hpp"
#include "reactor/time.hpp"

namespace halo {

struct ConnectionRooms;

/// Names a connection of one loop; finds nothing once that is closed. May cross threads.
struct ConnectionId {
  Token token;

  friend bool operator==(ConnectionId, ConnectionId) = default;
};

/// The bounds of each connection. A duration of zero switches its limit off.
struct ConnectionOptions {
  /// Unsent bytes above which reading pauses until the peer has taken them.
  std::size_t unsent_high_mark_bytes = 256 * 1024;
  /// Unsent bytes above which the connection is closed with kOutputOverflow.
  std::size_t unsent_bytes_max = 4 * 1024 * 1024;
  /// Bytes that a handler may leave unconsumed while it reads on, the rest of a message; above it
  /// the connection is closed with kInputOverflow.
  std::size_t unread_bytes_max = 1024 * 1024;
  /// Without a byte in either direction, although the peer could act.
  Duration idle_timeout{};
  /// From a message's first byte to its last one, however they trickle in.
  Duration message_timeout{};
  /// From adoption to on_open, where a stream beneath has to open first: a TLS handshake.
  Duration handshake_timeout = std::chrono::seconds(10);
  /// Without progress while the last bytes of a closing connection are written.
  Duration flush_timeout = std::chrono::seconds(30);
  /// From our FIN to the peer's, so that unread input does not destroy the last answer by a reset.
  Duration linger_timeout = std::chrono::seconds(1);
};

enum class CloseMode : std::uint8_t {
  kFlush,  ///< write what was sent, then FIN, then wait a little for the peer's
  kReset,  ///< at once: unsent bytes are dropped, the peer sees a reset
};

/// A stream socket of a loop with its handler.
/// *Owner:* a ConnectionTable. *Thread:* the loop's. *Lifetime:* references are good for the
/// callback at hand; keep the id and `find` for later.
///
/// 1. What is sent while the connection's own event is handled is gathered and leaves in one write,
///    right after the event. What is sent at other times leaves at the end of the iteration.
/// 2. Only what the kernel does not take is kept here, and only then writability is watched.
/// 3. Without pending data it holds no buffer: input goes to the loop's one buffer.
/// 4. At most limits::kReadBytesMax are read for one event.
/// 5. The peer's end of input does not drop what it asked for: on_end decides when to close.
/// 6. It is destroyed at the end of the iteration in which it closed.
/// 7. Over a ByteStream all of this holds, too; what that has read ahead needs no readiness.
class Connection final : private IoHandler {
 public:
  /// Use ConnectionTable::adopt.
  Connection(ConnectionRooms& rooms, OwnedFd fd, std::unique_ptr<ConnectionHandler> handler,
             std::unique_ptr<ByteStream> stream);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection();

  /// The open connection of `loop` with that id, or null.
  static Connection* find(EventLoop& loop, ConnectionId id) noexcept;

  ConnectionId id() const noexcept { return {watch_}; }
  EventLoop& loop() const noexcept { return loop_; }
  ConnectionHandler& handler() noexcept { return *handler_; }
  /// What lies between the connection and its socket; null: nothing.
  ByteStream* stream() noexcept { return stream_.get(); }
  int native_handle() const noexcept { return fd_.get(); }

  /// Sends `bytes`, all of them, in order. Past the high mark reading pauses; past the maximum the
  /// connection is closed. On a connection that is closing nothing happens. A failure arrives as
  /// on_close.
  void send(std::span<const std::byte> bytes);
  void send(std::string_view text) { send(std::as_bytes(std::span(text))); }

  /// Bytes that were sent and not yet taken by the kernel.
  std::size_t unsent_bytes() const noexcept;

  /// Takes no more input until `resume_reading`; what has been received comes again then.
  void pause_reading();
  void resume_reading();

  /// Whether input is taken at present: neither paused, nor above the high mark, nor at its end.
  bool reading() const noexcept {
    return state_ == State::kOpen && !paused_ && !above_mark_ && !input_ended_;
  }

  /// Whether nothing can be sent any more.
  bool closing() const noexcept { return state_ > State::kOpen; }

  /// Closes the connection; on_close comes at the end of an iteration. A second call may turn a
  /// flush into a reset, else it does nothing.
  void close(CloseMode mode);

  /// Closes at once, as kReset, with `why` (not zero) for on_close.
  void abort(std::error_code why);

  /// Answers what has arrived, then closes with a flush: what a server does before it stops.
  void drain();

  /// Replaces the table's idle timeout for this connection; zero: none.
  void set_idle_timeout(Duration timeout);

  /// Fails when the socket is no longer connected.
  Result<Endpoint> peer_endpoint() const;
  Result<Endpoint> local_endpoint() const;

  /// Whether everything was written and only the peer's FIN is awaited.
  bool lingering() const noexcept { return state_ == State::kLingering; }

 private:
  friend class ConnectionTable;
  friend struct ConnectionRooms;

  // kOpening -> kOpen -> kFlushing -> kLingering -> kClosed, each step optional but the last.
  enum class State : std::uint8_t { kOpening, kOpen, kFlushing, kLingering, kClosed };

  class InEvent;  // one event: gathers replies, writes them at its end, survives exceptions

  std::error_code open();
  void on_ready(Event event) override;
  void on_flush() override;

  void read_input();
  void deliver(std::span<const std::byte> unread, bool kept);
  void deliver_kept();
  void end_input();
  void drop_input();

  // Over a stream, in connection_stream.cpp.
  bool open_stream();
  void serve_stream(Interest ready);
  void flush_before_open();
  bool finish_stream();
  Interest stream_interest() noexcept;
  bool has_input_ahead() const noexcept { return stream_ != nullptr && stream_->has_input(); }

  bool gathering() const noexcept { return loop_.gather_buffer().owner == this; }
  void gather_if_free() noexcept;
  void write_gathered();
  void write_unsent();
  std::size_t write_now(std::span<const std::byte> bytes);
  void keep_unsent(std::span<const std::byte> bytes);
  void queue(std::span<const std::byte> bytes);

  void settle();
  void continue_closing();
  void update_interest();
  void close_now(std::error_code why, bool reset);
  void finish();

  TimePoint deadline() const noexcept;
  TimePoint deadline_unless_open() const noexcept;
  std::error_code timeout_reason() const noexcept;
  void arm_timer();
  void on_timer();

  EventLoop& loop_;
  ConnectionRooms& rooms_;
  std::unique_ptr<ConnectionHandler> handler_;
  std::unique_ptr<ByteStream> stream_;
  Token watch_;  // in the loop; also the id
  OwnedFd fd_;
  State state_;
  Interest interest_ = Interest::kReadable;
  bool in_event_ : 1 = false;
  bool paused_ : 1 = false;      // by the handler
  bool above_mark_ : 1 = false;  // too much unsent
  bool input_ended_ : 1 = false;
  bool deliver_again_ : 1 = false;  // kept input waits for reading to resume
  bool draining_ : 1 = false;
  bool message_begun_ : 1 = false;
  bool write_due_ : 1 = false;       // unsent bytes that the kernel was not asked to take yet
  bool stream_opening_ : 1 = false;  // no byte may pass yet
  bool stream_refused_ : 1 = false;  // unsent bytes that the stream did not take
  std::uint32_t dropped_bytes_ = 0;  // read and dropped while lingering
  TimePoint active_at_{};
  Duration idle_timeout_{};
  Buffer unread_;
  Buffer unsent_;
  // What each event looks at ends here; see EventLoop::prefetch.
  TimePoint message_at_{};  // its first byte, where message_begun_; of a handshake: the adoption
  Token place_;             // in the table
  TimerId timer_;
  TimePoint timer_at_{};
  std::error_code why_;
};

}  // namespace halo
