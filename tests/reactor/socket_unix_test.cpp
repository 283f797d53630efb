// Unix sockets, whose names are files.

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include <gtest/gtest.h>

#include "reactor/socket.hpp"
#include "tests/support/sockets.hpp"
#include "tests/support/temporary_folder.hpp"

namespace halo {
namespace {

class UnixSocket : public testing::Test {
 protected:
  test::TemporaryFolder folder_;
  std::string path_ = folder_.path() + "/socket";
  Endpoint at_ = Endpoint::unix_path(path_);
};

TEST_F(UnixSocket, ConnectsToItsPath) {
  const Result<OwnedFd> listener = socket::listen(at_, 4);
  ASSERT_TRUE(listener.has_value()) << listener.error().message();
  EXPECT_EQ(test::local_endpoint_of(listener->get()), at_);
  const OwnedFd client = test::connect_to(at_);
  EXPECT_EQ(socket::peer_endpoint(client.get()).value(), at_);
  Endpoint peer = Endpoint::loopback_v4(1);
  const Result<OwnedFd> accepted = socket::accept(listener->get(), &peer);
  ASSERT_TRUE(accepted.has_value());
  EXPECT_EQ(peer, Endpoint::unix_path("")) << "a client has no name";
}

TEST_F(UnixSocket, FileOfADeadServerIsReplaced) {
  Result<OwnedFd> dead = socket::listen(at_, 4);
  ASSERT_TRUE(dead.has_value());
  dead->reset();
  ASSERT_TRUE(std::filesystem::exists(path_)) << "what a crash leaves behind";
  const Result<OwnedFd> listener = socket::listen(at_, 4);
  ASSERT_TRUE(listener.has_value()) << listener.error().message();
  (void)test::connect_to(at_);
}

TEST_F(UnixSocket, LiveServerIsNotReplaced) {
  const Result<OwnedFd> live = socket::listen(at_, 4);
  ASSERT_TRUE(live.has_value());
  EXPECT_EQ(socket::listen(at_, 4).error(), std::errc::address_in_use);
  (void)test::connect_to(at_);
}

TEST_F(UnixSocket, LiveServerWhoseBacklogIsFullIsNotReplaced) {
  const Result<OwnedFd> live = socket::listen(at_, 0);
  ASSERT_TRUE(live.has_value());
  std::vector<OwnedFd> waiting;
  while (true) {
    Result<OwnedFd> client = socket::start_connect(at_);
    if (!client) {
      EXPECT_TRUE(socket::would_block(client.error())) << client.error().message();
      break;
    }
    waiting.push_back(std::move(*client));
    ASSERT_LT(waiting.size(), 1000U);
  }
  EXPECT_EQ(socket::listen(at_, 4).error(), std::errc::address_in_use);
}

TEST_F(UnixSocket, FileThatIsNoSocketIsNotRemoved) {
  std::ofstream(path_) << "precious";
  EXPECT_EQ(socket::listen(at_, 4).error(), std::errc::address_in_use);
  EXPECT_EQ(std::filesystem::file_size(path_), 8U);
}

TEST_F(UnixSocket, LinkToADeadSocketIsNotFollowed) {
  const std::string target = folder_.path() + "/target";
  Result<OwnedFd> dead = socket::listen(Endpoint::unix_path(target), 4);
  ASSERT_TRUE(dead.has_value());
  dead->reset();
  std::filesystem::create_symlink(target, path_);
  EXPECT_EQ(socket::listen(at_, 4).error(), std::errc::address_in_use);
  EXPECT_TRUE(std::filesystem::is_symlink(path_));
}

TEST_F(UnixSocket, PathThatIsTooLongIsAnError) {
  const Endpoint too_long = Endpoint::unix_path(folder_.path() + '/' + std::string(200, 'x'));
  EXPECT_EQ(socket::listen(too_long, 4).error(), std::errc::filename_too_long);
  EXPECT_EQ(socket::start_connect(too_long).error(), std::errc::filename_too_long);
  EXPECT_EQ(socket::start_connect(at_, &too_long).error(), std::errc::filename_too_long);
}

TEST_F(UnixSocket, LongestPathFits) {
  std::string path = folder_.path() + '/';
  path.resize(107, 'x');  // sun_path holds 108 with the terminator
  const Endpoint at = Endpoint::unix_path(path);
  const Result<OwnedFd> listener = socket::listen(at, 4);
  ASSERT_TRUE(listener.has_value()) << listener.error().message();
  EXPECT_EQ(test::local_endpoint_of(listener->get()), at);
}

TEST_F(UnixSocket, ConnectWithoutAServerFails) {
  EXPECT_EQ(socket::start_connect(at_).error(), std::errc::no_such_file_or_directory);
}

TEST_F(UnixSocket, FolderThatDoesNotExistIsAnError) {
  EXPECT_EQ(socket::listen(Endpoint::unix_path(folder_.path() + "/no/socket"), 4).error(),
            std::errc::no_such_file_or_directory);
}

}  // namespace
}  // namespace halo
