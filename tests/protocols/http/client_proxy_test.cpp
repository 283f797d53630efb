// Requests that go through a proxy: http by asking it, https through a tunnel.

#include <memory>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "protocols/http/http_error.hpp"
#include "reactor/byte_stream.hpp"
#include "reactor/error.hpp"
#include "reactor/socket.hpp"
#include "tests/protocols/http/client_fixture.hpp"

namespace halo::http {
namespace {

/// What TLS is to a tunnel, without the secrets.
class PlainStream final : public ByteStream {
 public:
  void attach(int fd) override { fd_ = fd; }
  std::error_code open() override { return {}; }
  Result<std::size_t> read(std::span<std::byte> room) override {
    return socket::read_some(fd_, room);
  }
  Result<std::size_t> write(std::span<const std::byte> bytes) override {
    return socket::write_some(fd_, bytes);
  }
  std::error_code finish() override { return {}; }
  bool has_input() const noexcept override { return false; }
  Interest read_waits_for() const noexcept override { return Interest::kReadable; }
  Interest write_waits_for() const noexcept override { return Interest::kWritable; }

 private:
  int fd_ = -1;
};

class ClientProxyTest : public ClientTest {
 protected:
  ClientProxyTest() {
    ClientOptions options;
    options.proxies.http = "http://user:word@127.0.0.1:" + std::to_string(url().port());
    options.proxies.https = options.proxies.http;
    options.proxies.no_proxy = "direct.example";
    options.addresses["direct.example:80"] = {Endpoint::loopback_v4(url().port())};
    options.secure_stream = [this](const std::string& host, std::uint16_t port) {
      secured_ = host + ":" + std::to_string(port);
      return Result<std::unique_ptr<ByteStream>>(std::make_unique<PlainStream>());
    };
    make_client(std::move(options));
  }

  RequestId ask_for(std::string_view text) { return ask({"GET", Url::parse(text).value()}); }

  std::string secured_;  // with whom TLS was spoken
};

HALO_ON_EVERY_POLLER(ClientProxyTest);

TEST_P(ClientProxyTest, FailureToReachItNamesIt) {
  const std::string proxy = "127.0.0.1:" + std::to_string(url().port());
  listener_.reset();
  for (const char* const text : {"http://example.test/", "https://example.test/"}) {
    ask_for(text);
    const std::size_t index = told_.size() - 1;
    ASSERT_TRUE(run_until_done(index));
    EXPECT_EQ(told(index).error, std::errc::connection_refused);
    EXPECT_EQ(told(index).detail, "the proxy " + proxy + ": " + told(index).error.message());
  }
}

TEST_P(ClientProxyTest, IsAskedForHttpItself) {
  ask_for("http://far.example/x?y");
  Peer proxy = accept();
  const std::string request = proxy.request();
  EXPECT_TRUE(request.starts_with("GET http://far.example/x?y HTTP/1.1\r\nHost: far.example\r\n"))
      << request;
  EXPECT_NE(request.find("Proxy-Authorization: Basic dXNlcjp3b3Jk\r\n"), std::string::npos);
  proxy.send(kOk);
  ASSERT_TRUE(run_until_done());
  EXPECT_TRUE(told().ok());
}

TEST_P(ClientProxyTest, KeepsItsConnectionForOtherServers) {
  ask_for("http://far.example/");
  Peer proxy = accept();
  proxy.request();
  proxy.send(kOk);
  ASSERT_TRUE(run_until_done());
  clock_.advance(Duration(1));
  ask_for("http://other.example/");
  EXPECT_TRUE(proxy.request().starts_with("GET http://other.example/ "));
  proxy.send(kOk);
  ASSERT_TRUE(run_until_done(1));
}

TEST_P(ClientProxyTest, TunnelsAreForOneServerEach) {
  const std::string opened = "HTTP/1.1 200 OK\r\n\r\n";
  ask_for("https://far.example/");
  Peer proxy = accept();
  proxy.request();
  proxy.send(opened);
  EXPECT_TRUE(proxy.request().starts_with("GET / HTTP/1.1\r\nHost: far.example\r\n"));
  proxy.send(kOk);
  ASSERT_TRUE(run_until_done());
  clock_.advance(Duration(1));
  ask_for("https://other.example/");
  Peer other = accept();
  EXPECT_TRUE(other.request().starts_with("CONNECT other.example:443 "));
  other.send(opened);
  EXPECT_TRUE(other.request().starts_with("GET / HTTP/1.1\r\nHost: other.example\r\n"));
  EXPECT_EQ(secured_, "other.example:443");
  clock_.advance(Duration(1));
  ask_for("https://far.example/again");
  EXPECT_TRUE(proxy.request().starts_with("GET /again ")) << "each is kept for its own server";
}

TEST_P(ClientProxyTest, UsersOwnCredentialsGoBeforeThoseOfItsUrl) {
  Request request{"GET", Url::parse("http://far.example/").value()};
  ASSERT_FALSE(request.headers.add("proxy-authorization", "Bearer mine"));
  ask(std::move(request));
  Peer proxy = accept();
  const std::string head = proxy.request();
  EXPECT_NE(head.find("proxy-authorization: Bearer mine\r\n"), std::string::npos) << head;
  EXPECT_EQ(head.find("Basic"), std::string::npos) << head;
}

TEST_P(ClientProxyTest, SilenceWhileATunnelOpensIsLimited) {
  ask_for("https://far.example/");
  Peer proxy = accept();
  proxy.request();
  settle();
  clock_.advance(ClientOptions{}.connect_timeout - Duration(1));
  settle();
  EXPECT_EQ(told().done, 0);
  clock_.advance(Duration(1));
  ASSERT_TRUE(run_until_done());
  EXPECT_EQ(told().error, Errc::kConnectTimeout) << told().error.message();
  EXPECT_EQ(told().stage, Stage::kConnect);
  EXPECT_TRUE(proxy.is_left());
}

TEST_P(ClientProxyTest, IsNotAskedForThoseItIsNotFor) {
  ask_for("http://direct.example/x");
  Peer server = accept();
  EXPECT_TRUE(server.request().starts_with("GET /x HTTP/1.1\r\nHost: direct.example\r\n"));
  server.send(kOk);
  ASSERT_TRUE(run_until_done());
}

TEST_P(ClientProxyTest, TunnelsHttps) {
  ask_for("https://far.example/secret");
  Peer proxy = accept();
  const std::string connect = proxy.request();
  EXPECT_TRUE(connect.starts_with("CONNECT far.example:443 HTTP/1.1\r\nHost: far.example:443\r\n"))
      << connect;
  EXPECT_NE(connect.find("Proxy-Authorization: Basic dXNlcjp3b3Jk\r\n"), std::string::npos);
  EXPECT_EQ(connect.find("secret"), std::string::npos);
  // Byte by byte, with an interim answer, and headers that mean nothing here.
  for (const char c : std::string("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 Connection established"
                                  "\r\nContent-Length: 5\r\n\r\n")) {
    proxy.send(std::string(1, c));
    settle();
  }
  const std::string request = proxy.request();
  EXPECT_TRUE(request.starts_with("GET /secret HTTP/1.1\r\nHost: far.example\r\n")) << request;
  EXPECT_EQ(request.find("Proxy-Authorization"), std::string::npos);
  EXPECT_EQ(secured_, "far.example:443");
  proxy.send(kOk);
  ASSERT_TRUE(run_until_done());
  EXPECT_TRUE(told().ok()) << told().error.message();
  EXPECT_EQ(told().body, "hello");
}

TEST_P(ClientProxyTest, RefusalOfATunnelIsTold) {
  ask_for("https://far.example/");
  Peer proxy = accept();
  proxy.request();
  proxy.send("HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 2\r\n\r\nno");
  ASSERT_TRUE(run_until_done());
  EXPECT_EQ(told().error, HttpErrc::kProxyRefused);
  EXPECT_EQ(told().detail, "the proxy answered 407 Proxy Authentication Required");
  EXPECT_TRUE(proxy.is_left());
}

TEST_P(ClientProxyTest, AnswerThatIsNoneIsAnError) {
  for (const auto& [answer, error] :
       {std::pair<std::string, HttpErrc>("", HttpErrc::kEmptyReply),
        {"HTTP/1.1 200 OK\r\n", HttpErrc::kHeadTruncated},
        {"SSH-2.0-OpenSSH_9.2\r\n", HttpErrc::kBadHead},
        {"HTTP/1.1 200 OK\r\n\r\nbytes of an impostor", HttpErrc::kTrailingBytes}}) {
    const std::size_t index = told_.size();
    ask_for("https://far.example/");
    Peer proxy = accept();
    proxy.request();
    proxy.send(answer);
    proxy.finish();
    ASSERT_TRUE(run_until_done(index)) << answer;
    EXPECT_EQ(told(index).error, error) << answer << told(index).error.message();
    EXPECT_EQ(told(index).stage, Stage::kConnect);
  }
}

}  // namespace
}  // namespace halo::http
