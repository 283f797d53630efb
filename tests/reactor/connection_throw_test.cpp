// An exception out of a handler leaves the loop, resets that connection and no other.

#include <memory>
#include <stdexcept>
#include <string>

#include <gtest/gtest.h>

#include "reactor/connection.hpp"
#include "reactor/error.hpp"
#include "tests/reactor/recorder.hpp"
#include "tests/reactor/stream_beneath.hpp"

namespace halo {
namespace {

using test::Recorder;
using test::SocketPair;

class ConnectionThrow : public test::ConnectionFixture {
 protected:
  ConnectionThrow() { adopt(other_pair_, other_); }

  [[noreturn]] static void fail() { throw std::runtime_error("out of a handler"); }

  // Runs the loop until it throws.
  void expect_throw() {
    EXPECT_THROW((void)until([] { return false; }), std::runtime_error);
  }

  void expect_reset_and_the_other_works() {
    settle();
    EXPECT_EQ(recorder_.closes, 1);
    EXPECT_EQ(recorder_.why, Errc::kHandlerThrew);
    EXPECT_TRUE(recorder_.destroyed);
    EXPECT_EQ(table_->size(), 1U);
    test::write_all(other_pair_.peer.get(), "hello");
    ASSERT_TRUE(until([&] { return other_.data == "hello"; }));
  }

  SocketPair other_pair_ = test::tcp_pair();
  Recorder other_;
};

HALO_ON_EVERY_POLLER(ConnectionThrow);

TEST_P(ConnectionThrow, OutOfOnOpen) {
  recorder_.open = [](Connection& c) {
    c.send("never");
    fail();
  };
  EXPECT_THROW(adopt(), std::runtime_error);
  expect_reset_and_the_other_works();
  EXPECT_EQ(read_all_at(pair_.peer.get()).bytes, "");
}

TEST_P(ConnectionThrow, OutOfOnData) {
  recorder_.on_bytes = [](Connection& c, std::string_view) -> std::size_t {
    c.send("never");
    fail();
  };
  adopt();
  test::write_all(pair_.peer.get(), "x");
  expect_throw();
  expect_reset_and_the_other_works();
  EXPECT_EQ(read_all_at(pair_.peer.get()).bytes, "");
}

TEST_P(ConnectionThrow, OutOfOnEnd) {
  recorder_.end = [](Connection&) { fail(); };
  adopt();
  test::shutdown_write(pair_.peer.get());
  expect_throw();
  expect_reset_and_the_other_works();
}

TEST_P(ConnectionThrow, OutOfOnDrain) {
  pair_ = test::unix_pair();
  recorder_.drain = [](Connection&) { fail(); };
  adopt().send(std::string(3'000'000, 'x'));
  settle();
  std::string received;
  const auto read_on = [&] {
    test::read_into(pair_.peer.get(), received);
    return false;
  };
  EXPECT_THROW((void)until(read_on), std::runtime_error);
  expect_reset_and_the_other_works();
}

TEST_P(ConnectionThrow, OutOfOnClose) {
  recorder_.close = [](Connection&) { fail(); };
  adopt().close(CloseMode::kReset);
  EXPECT_THROW(loop_->run_once(Duration::zero()), std::runtime_error);
  settle();
  EXPECT_EQ(recorder_.closes, 1);
  EXPECT_TRUE(recorder_.destroyed);
  EXPECT_EQ(table_->size(), 1U);
}

TEST_P(ConnectionThrow, AnotherConnectionsOutputOfThatEventIsNotLost) {
  Connection* other = nullptr;
  table_->for_each([&other](Connection& c) { other = &c; });
  recorder_.on_bytes = [other](Connection&, std::string_view) -> std::size_t {
    other->send("for the other");
    fail();
  };
  adopt();
  test::write_all(pair_.peer.get(), "x");
  expect_throw();
  settle();
  ASSERT_TRUE(test::wait_readable(other_pair_.peer.get()));
  EXPECT_EQ(test::read_available(other_pair_.peer.get()).bytes, "for the other");
}

TEST_P(ConnectionThrow, OwnerIsToldOfARemovalWhoseOnCloseThrew) {
  int removed = 0;
  ConnectionTable table(*loop_, {}, [&removed](Connection&) { ++removed; });
  SocketPair pair = test::unix_pair();
  Recorder recorder;
  recorder.close = [](Connection&) { fail(); };
  (*table.adopt(std::move(pair.ours), recorder.make_handler(), test::stream_beneath()))
      ->close(CloseMode::kReset);
  EXPECT_THROW(loop_->run_once(Duration::zero()), std::runtime_error);
  settle();
  EXPECT_EQ(removed, 1) << "or a server would count the connection for ever";
  EXPECT_EQ(table.size(), 0U);
}

}  // namespace
}  // namespace halo
