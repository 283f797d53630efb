#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

#include <gtest/gtest.h>

#include "protocols/hello/hello_session.hpp"
#include "reactor/connection_table.hpp"
#include "tests/support/loops.hpp"
#include "tests/support/simulated_clock.hpp"
#include "tests/support/sockets.hpp"

namespace halo::hello::test {

/// One hello session on a loop whose time the test moves, and its peer's socket.
class HelloSessionTest : public testing::Test {
 protected:
  ~HelloSessionTest() override { connections_.reset(); }

  void open(HelloOptions options = {}, ConnectionOptions limits = {}) {
    options_ = options;
    connections_.emplace(*loop_, limits);
    halo::test::SocketPair pair = halo::test::unix_pair();
    peer_ = std::move(pair.peer);
    Result<Connection*> connection =
        connections_->adopt(std::move(pair.ours), make_hello_session(options_));
    ASSERT_TRUE(connection);
    connection_ = (*connection)->id();
  }

  void say(std::string_view bytes) { halo::test::write_all(peer_.get(), bytes); }
  void finish_saying() { halo::test::shutdown_write(peer_.get()); }

  /// Lets the loop do what it can without the clock moving; then everything that the peer got.
  const std::string& heard() {
    halo::test::run_while_busy(*loop_);
    ended_ = halo::test::read_into(peer_.get(), heard_) || ended_;
    return heard_;
  }

  bool hears(std::string_view bytes) {
    return halo::test::run_until(*loop_, [this, bytes] { return heard() == bytes; });
  }

  /// Whether the server has closed.
  bool ended() {
    (void)heard();
    return ended_;
  }

  void pass(Duration time) { clock_.advance(time); }

  halo::test::SimulatedClock clock_;
  std::unique_ptr<EventLoop> loop_ = halo::test::make_loop(PollerKind::kBest, clock_);
  HelloOptions options_;
  std::optional<ConnectionTable> connections_;
  ConnectionId connection_;
  OwnedFd peer_;

 private:
  std::string heard_;
  bool ended_ = false;
};

}  // namespace halo::hello::test
