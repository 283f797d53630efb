// Redirects: where they lead, and what becomes of their own bodies and connections.

#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "protocols/http/http_error.hpp"
#include "tests/protocols/http/client_fixture.hpp"

namespace halo::http {
namespace {

class ClientRedirectTest : public ClientTest {
 protected:
  /// Up to which the client reads a body that nobody wants.
  static constexpr std::size_t kDiscardBytes = 64 * 1024;
  static constexpr std::string_view kMoved = "HTTP/1.1 302 Found\r\nLocation: /b\r\n";

  /// The connection of a request that is redirected by `answer`.
  Peer redirect(const std::string& answer) {
    ask(get());
    Peer peer = accept();
    peer.request();
    peer.send(answer);
    return peer;
  }

  /// The redirected request comes on a connection of its own, and is answered.
  void expect_new_connection() {
    Peer next = accept();
    EXPECT_TRUE(next.request().starts_with("GET /b "));
    next.send("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello");
    ASSERT_TRUE(run_until_done());
    EXPECT_TRUE(told().ok()) << told().error.message();
    EXPECT_EQ(told().body, "hello");
  }

  /// In pieces that the kernel has room for.
  void send(Peer& peer, std::size_t bytes) {
    for (const std::string piece(1024, 'x'); bytes >= piece.size(); bytes -= piece.size()) {
      peer.send(piece);
      settle();
    }
  }
};

HALO_ON_EVERY_POLLER(ClientRedirectTest);

TEST_P(ClientRedirectTest, RedirectIsFollowedOnTheSameConnectionAndItsBodyIsNobodys) {
  ask(get("/a/b"));
  Peer peer = accept();
  peer.request();
  peer.send("HTTP/1.1 302 Found\r\nLocation: c\r\nContent-Length: 4\r\n\r\nmove");
  EXPECT_TRUE(peer.request().starts_with("GET /a/c "));
  peer.send(kOk);
  ASSERT_TRUE(run_until_done());
  EXPECT_TRUE(told().ok());
  EXPECT_EQ(told().redirects, std::vector<std::string>{"302 " + url("/a/c").to_string()});
  EXPECT_EQ(told().url, url("/a/c").to_string());
  EXPECT_EQ(told().heads, 1);
  EXPECT_EQ(told().body, "hello");
}

TEST_P(ClientRedirectTest, RedirectWaitsForTheRestOfItsBodyNowhere) {
  ask(get("/a/b"));
  Peer peer = accept();
  peer.request();
  peer.send("HTTP/1.1 302 Found\r\nLocation: c\r\nContent-Length: 4\r\n\r\nmo");
  Peer next = accept();
  next.request();
  next.send(kOk);
  ASSERT_TRUE(run_until_done());
  EXPECT_TRUE(told().ok());
  peer.send("ve");
  settle();
  EXPECT_FALSE(peer.left_by_now()) << "its answer is complete: it can be used again";
}

TEST_P(ClientRedirectTest, BodyOfARedirectIsNotWaitedForWithoutEnd) {
  ask(get());
  Peer peer = accept();
  peer.request();
  peer.send("HTTP/1.1 302 Found\r\nLocation: /b\r\n\r\nfor ever");
  Peer next = accept();
  next.request();
  next.send(kOk);
  ASSERT_TRUE(run_until_done());
  EXPECT_TRUE(told().ok());
  EXPECT_TRUE(peer.is_left());
}

TEST_P(ClientRedirectTest, ShortBodyOfARedirectIsReadForTheConnectionsSake) {
  Peer peer = redirect(std::string(kMoved) + "Content-Length: " + std::to_string(kDiscardBytes) +
                       "\r\n\r\n");
  expect_new_connection();
  send(peer, kDiscardBytes);
  ask(get("/c"));
  EXPECT_TRUE(peer.request().starts_with("GET /c "));
}

TEST_P(ClientRedirectTest, LongBodyOfARedirectCostsItsConnection) {
  Peer peer = redirect(std::string(kMoved) +
                       "Content-Length: " + std::to_string(kDiscardBytes + 1) + "\r\n\r\n");
  expect_new_connection();
  EXPECT_TRUE(peer.is_left());
}

TEST_P(ClientRedirectTest, ChunksOfARedirectAreReadUpToTheLimit) {
  Peer peer = redirect(std::string(kMoved) + "Transfer-Encoding: chunked\r\n\r\nfffffff\r\n");
  expect_new_connection();
  send(peer, kDiscardBytes - 1024);
  EXPECT_FALSE(peer.left_by_now());
  send(peer, 1024);
  EXPECT_TRUE(peer.is_left());
}

TEST_P(ClientRedirectTest, GarbageBehindARedirectEndsTheConnection) {
  Peer peer = redirect(std::string(kMoved) + "Content-Length: 2\r\n\r\nnoH");
  expect_new_connection();
  EXPECT_TRUE(peer.is_left());
}

TEST_P(ClientRedirectTest, WrongBodyOfARedirectIsNobodysErrorButEndsTheConnection) {
  Peer peer = redirect(std::string(kMoved) + "Transfer-Encoding: chunked\r\n\r\nno chunk\r\n");
  expect_new_connection();
  EXPECT_TRUE(peer.is_left());
}

TEST_P(ClientRedirectTest, RedirectsHaveAnEnd) {
  ClientOptions options;
  options.redirects.redirects_max = 2;
  make_client(std::move(options));
  ask(get());
  for (int i = 0; i < 3; ++i) {
    Peer peer = accept();
    peer.request();
    peer.send("HTTP/1.1 302 Found\r\nLocation: /" + std::to_string(i) +
              "\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
    settle();
  }
  ASSERT_TRUE(run_until_done());
  EXPECT_EQ(told().error, HttpErrc::kTooManyRedirects);
}

}  // namespace
}  // namespace halo::http
