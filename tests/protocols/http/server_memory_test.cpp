// What a request costs a server in memory, by counting every allocation of this program.

#include <sys/socket.h>

#include <memory>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "protocols/http/server.hpp"
#include "protocols/http/server_session.hpp"
#include "reactor/connection_table.hpp"
#include "tests/support/allocations.hpp"
#include "tests/support/loops.hpp"
#include "tests/support/sockets.hpp"

namespace halo::http {
namespace {

class ServerMemory : public test::OnEveryPoller {};
HALO_ON_EVERY_POLLER(ServerMemory);

TEST_P(ServerMemory, KeptConnectionsRequestAllocatesNothing) {
  const std::string name(100, 'n');  // no short string
  Server server([&name](const ServerRequest&, ServerResponse& response) {
    response.send(200, "text/plain; charset=utf-8", {"Hello, ", name, "!"});
  });
  ConnectionTable connections(*loop_);
  test::SocketPair pair = test::unix_pair();
  ASSERT_TRUE(
      connections.adopt(std::move(pair.ours), std::make_unique<ServerSession>(server, *loop_)));
  const std::string request =
      "GET /hello/a-target-that-is-no-short-string HTTP/1.1\r\n"
      "Host: localhost\r\n"
      "User-Agent: a client with quite a long name\r\n"
      "Accept: */*\r\n\r\n";
  const auto exchange = [&](std::string_view requests, std::size_t count) {
    test::write_all(pair.peer.get(), requests);
    for (std::size_t answered = 0; answered < count;) {
      loop_->run_once(std::chrono::milliseconds(1));
      char room[4096];
      const ssize_t bytes = ::recv(pair.peer.get(), room, sizeof room, 0);
      const std::string_view text(room, static_cast<std::size_t>(bytes > 0 ? bytes : 0));
      for (std::size_t at = text.find('!'); at != std::string_view::npos;
           at = text.find('!', at + 1)) {
        ++answered;
      }
    }
  };
  const std::string pipelined = request + request + request + request;
  for (int i = 0; i < 10; ++i) {
    exchange(request, 1);  // buffers reach their size
    exchange(pipelined, 4);
  }
  const std::size_t before = test::allocations();
  EXPECT_GT(before, 0U) << "the count works";
  for (int i = 0; i < 1000; ++i) {
    exchange(request, 1);
    exchange(pipelined, 4);
  }
  EXPECT_EQ(test::allocations() - before, 0U);  // the clock stands still, and so does the date
}

}  // namespace
}  // namespace halo::http
