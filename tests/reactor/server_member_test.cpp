// A place of a server is given back exactly once, however a connection ends or fails to begin.

#include "reactor/internal/server_member.hpp"

#include <fcntl.h>

#include <cerrno>
#include <memory>
#include <stdexcept>

#include <gtest/gtest.h>

#include "tests/reactor/recorder.hpp"
#include "tests/support/loops.hpp"
#include "tests/support/sockets.hpp"
#include "tests/support/temporary_folder.hpp"

namespace halo {
namespace {

using test::Recorder;
using test::SocketPair;

class ServerMemberTest : public testing::Test {
 protected:
  ~ServerMemberTest() override { member_.reset(); }

  // Comes in by `take`, as from the loop's own entrance.
  void take(OwnedFd socket) {
    ASSERT_TRUE(admission_.enter(peer_));
    member_->take(std::move(socket), peer_);
  }
  void hand_over(OwnedFd socket) {
    ASSERT_TRUE(admission_.enter(peer_));
    member_->hand_over(std::move(socket), peer_);
  }
  void expect_all_places_free() {
    EXPECT_EQ(admission_.open(), 0U);
    EXPECT_TRUE(admission_.enter(peer_)) << "the address still counts";
    admission_.leave(peer_);
  }

  const Endpoint peer_ = Endpoint::loopback_v4(7);
  std::unique_ptr<EventLoop> loop_ = test::make_loop();
  Admission admission_{10, 1};
  Recorder recorder_;
  HandlerFactory factory_ = [this](EventLoop&, const Endpoint&) {
    return recorder_.make_handler();
  };
  SocketPair pair_ = test::tcp_pair();
  std::unique_ptr<ServerMember> member_ = std::make_unique<ServerMember>(
      *loop_, [this](EventLoop& loop, const Endpoint& peer) { return factory_(loop, peer); },
      ConnectionOptions{}, admission_);
};

TEST_F(ServerMemberTest, ConnectionKeepsItsPlaceUntilItHasEnded) {
  take(std::move(pair_.ours));
  EXPECT_EQ(admission_.open(), 1U);
  EXPECT_FALSE(admission_.enter(peer_));
  test::reset(std::move(pair_.peer));
  ASSERT_TRUE(test::run_until(*loop_, [this] { return recorder_.closes == 1; }));
  EXPECT_EQ(member_->accepted(), 1U);
  expect_all_places_free();
}

TEST_F(ServerMemberTest, FactoryThatThrowsGivesThePlaceBack) {
  factory_ = [](EventLoop&, const Endpoint&) -> std::unique_ptr<ConnectionHandler> {
    throw std::runtime_error("out of the factory");
  };
  EXPECT_THROW(take(std::move(pair_.ours)), std::runtime_error);
  expect_all_places_free();
}

TEST_F(ServerMemberTest, FactoryThatThrowsAtTheEndOfAHandoffGivesThePlaceBack) {
  factory_ = [](EventLoop&, const Endpoint&) -> std::unique_ptr<ConnectionHandler> {
    throw std::runtime_error("out of the factory");
  };
  hand_over(std::move(pair_.ours));
  EXPECT_EQ(admission_.open(), 1U) << "it counts on its way";
  EXPECT_THROW(loop_->run_once(Duration::zero()), std::runtime_error);
  expect_all_places_free();
}

TEST_F(ServerMemberTest, HandlerThatThrowsInOnOpenGivesThePlaceBackOnce) {
  recorder_.open = [](Connection&) { throw std::runtime_error("out of on_open"); };
  EXPECT_THROW(take(std::move(pair_.ours)), std::runtime_error);
  test::run_while_busy(*loop_);
  EXPECT_EQ(recorder_.closes, 1);
  expect_all_places_free();
}

TEST_F(ServerMemberTest, SocketThatThePollerRefusesGivesThePlaceBack) {
  const test::TemporaryFolder folder;
  take(OwnedFd(::open((folder.path() + "/file").c_str(), O_RDONLY | O_CREAT | O_CLOEXEC, 0600)));
  EXPECT_EQ(member_->refused(), 1U) << "epoll and kqueue take no regular file";
  EXPECT_EQ(recorder_.opens, 0);
  expect_all_places_free();
}

TEST_F(ServerMemberTest, HandoffThatWaitsWhenItGoesIsResetAndGivesThePlaceBack) {
  hand_over(std::move(pair_.ours));
  member_.reset();
  expect_all_places_free();
  ASSERT_TRUE(test::wait_readable(pair_.peer.get()));
  EXPECT_EQ(test::read_available(pair_.peer.get()).error, ECONNRESET);
  test::run_while_busy(*loop_);
  EXPECT_EQ(recorder_.opens, 0);
}

TEST_F(ServerMemberTest, DrainTakesWhatIsOnItsWayFirst) {
  test::write_all(pair_.peer.get(), "hello");
  hand_over(std::move(pair_.ours));
  member_->drain();
  EXPECT_EQ(recorder_.opens, 1);
  EXPECT_TRUE(test::run_until(*loop_, [this] { return recorder_.data == "hello"; }));
  pair_.peer.reset();
  ASSERT_TRUE(test::run_until(*loop_, [this] { return recorder_.closes == 1; }));
  expect_all_places_free();
}

}  // namespace
}  // namespace halo
