#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <system_error>

#include "protocols/hello/answers.hpp"
#include "protocols/hello/chunk_codec.hpp"
#include "protocols/hello/decoder.hpp"
#include "protocols/hello/line_codec.hpp"
#include "protocols/hello/work.hpp"
#include "reactor/buffer.hpp"
#include "reactor/connection.hpp"
#include "reactor/connection_handler.hpp"
#include "reactor/event_loop.hpp"
#include "reactor/timer_queue.hpp"
#include "reactor/unique_function.hpp"
#include "reactor/worker_pool.hpp"

namespace halo::hello {

struct HelloOptions {
  Framing framing = Framing::kLine;
  std::size_t line_bytes_max = LineDecoder::kMessageBytesMax;
  Work work{};
  WorkOn work_on = WorkOn::kLoop;  ///< kTimer takes no Work::Kind::kCpu
  WorkerPool* workers = nullptr;   ///< for kWorkers
};

/// The server's side of one hello connection: greets, answers each message, closes on `exit`.
/// *Owner:* its Connection. *Thread:* the loop's. *Lifetime:* the options must outlive it, and
/// their pool every loop's connections.
///
///   state     event                      what happens                        then
///   -----------------------------------------------------------------------------------
///   idle      message, no work to await  do the work, answer                 idle
///   idle      message                    pause reading, begin the work       at work
///   at work   the work is done           resume: the message comes again,    idle
///                                        and is answered
///   idle      `exit`                     flush, close                        -
///   idle      line too long              say so, flush, close                -
///   idle      end of input               answer an unterminated last line,   -
///                                        flush, close
///
/// 1. One message is at work at a time, so that answers keep their order. Its bytes stay
///    unconsumed in the connection, which does not read on, and so does not see the end of input.
/// 2. Other threads and timers know the session by its connection's id only.
/// 3. Above the connection's high mark it stops answering; the rest comes again.
template <Decoder D>
class HelloSession : public ConnectionHandler {
 public:
  explicit HelloSession(const HelloOptions& options);

  void on_open(Connection& connection) override;
  std::size_t on_data(Connection& connection, std::span<const std::byte> unread) override;
  void on_end(Connection& connection, std::span<const std::byte> unread) override;
  void on_close(Connection& connection, std::error_code why) override;

 private:
  using Step = void (HelloSession::*)(Connection&);

  std::size_t answer(Connection& connection, std::span<const std::byte> unread);
  void answer_last(Connection& connection);
  bool work_is_done(Connection& connection, std::size_t message_bytes);
  void submit_work(Connection& connection);
  void end_work(Connection& connection);
  static UniqueFunction<void()> later(EventLoop& loop, ConnectionId id, Step step);

  const HelloOptions& options_;
  D decoder_;
  std::size_t at_work_bytes_ = 0;  // of the message at work; zero: none is
  TimerId timer_;                  // ends the work, or tries again to begin it
  Buffer last_;                    // the unterminated last line, while it is at work
  bool ended_ = false;             // the input
};

extern template class HelloSession<LineDecoder>;
extern template class HelloSession<ChunkDecoder>;

/// A session for the options' framing. *Lifetime:* as HelloSession.
std::unique_ptr<ConnectionHandler> make_hello_session(const HelloOptions& options);

}  // namespace halo::hello
