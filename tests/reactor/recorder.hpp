#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <system_error>

#include "reactor/connection.hpp"
#include "reactor/connection_table.hpp"
#include "tests/support/loops.hpp"
#include "tests/support/sockets.hpp"

namespace halo::test {

/// What a handler was told, and what it shall do then. Outlives the connection. Fails the test when
/// a callback comes out of turn: before on_open, after on_close, or inside another one.
struct Recorder {
  int opens = 0;
  int data_calls = 0;
  int ends = 0;
  int drains = 0;
  int closes = 0;
  bool destroyed = false;
  std::string data;     ///< what was consumed
  std::string at_end;   ///< what on_end was given
  std::error_code why;  ///< what on_close was given
  bool in_callback = false;
  bool may_never_open = false;  ///< on_close without on_open is no failure: a stream did not open

  /// What to do in each callback. Empty: what the interface's default does; for data: consume all.
  std::function<void(Connection&)> open;
  std::function<std::size_t(Connection&, std::string_view)> on_bytes;
  std::function<void(Connection&)> end;
  std::function<void(Connection&)> drain;
  std::function<void(Connection&)> close;

  bool open_now() const { return opens == 1 && closes == 0; }
  std::unique_ptr<ConnectionHandler> make_handler();
};

/// A table of one loop on every poller, with one connection over a socket pair.
class ConnectionFixture : public OnEveryPoller {
 protected:
  ~ConnectionFixture() override { table_.reset(); }

  /// Gives `pair_.ours` to a connection of the table, which is made by the first call.
  Connection& adopt() { return adopt(pair_, recorder_); }
  Connection& adopt(SocketPair& pair, Recorder& recorder);
  Connection& adopt(SocketPair& pair, Recorder& recorder, std::unique_ptr<ByteStream> stream);

  std::size_t turn() { return loop_->run_once(Duration::zero()); }
  void settle() { run_while_busy(*loop_); }
  void advance(Duration by) {
    clock_.advance(by);
    settle();
  }
  testing::AssertionResult until(const std::function<bool()>& done) {
    return run_until(*loop_, done);
  }
  /// Reads at the peer's end, while the loop runs, until the end of the stream or an error.
  Received read_all_at(int fd);

  ConnectionOptions options_;
  Recorder recorder_;
  SocketPair pair_ = tcp_pair();
  std::unique_ptr<ConnectionTable> table_;
};

}  // namespace halo::test
