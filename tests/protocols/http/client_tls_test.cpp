// The client over TLS, against OpenSSL itself.

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include "reactor/error.hpp"
#include "reactor/socket.hpp"
#include "reactor/tls/tls_error.hpp"
#include "reactor/tls/tls_stream.hpp"
#include "tests/protocols/http/client_fixture.hpp"
#include "tests/reactor/tls/authority.hpp"
#include "tests/reactor/tls/tls_peer.hpp"

namespace halo::http {
namespace {

using test::Authority;
using test::Identity;
using test::TlsPeer;

class ClientTlsTest : public ClientTest {
 protected:
  ClientTlsTest() {
    ClientOptions options;
    options.addresses[host_and_port()] = {Endpoint::loopback_v4(url().port())};
    options.secure_stream = [this](const std::string& host, std::uint16_t port) {
      Result<std::unique_ptr<TlsStream>> stream = TlsStream::to_server(context_, host, port);
      return stream ? Result<std::unique_ptr<ByteStream>>(*std::move(stream)) : stream.error();
    };
    make_client(std::move(options));
  }

  static Authority& authority() {
    static Authority made("Test Authority");
    return made;
  }

  std::string host_and_port() const { return "example.test:" + std::to_string(url().port()); }
  void ask_securely(std::string_view target = "/") {
    ask({"GET", Url::parse("https://" + host_and_port() + std::string(target)).value()});
  }

  /// The server's end of the next connection.
  void accept_tls(const Identity& identity) {
    Result<OwnedFd> accepted = std::make_error_code(std::errc::not_connected);
    ASSERT_TRUE(run_until([&] {
      accepted = socket::accept(listener_.get(), nullptr);
      return accepted.has_value();
    }));
    server_.emplace(std::move(*accepted), &identity);
    // So that one connection's session is known to the next.
    std::array<unsigned char, 80> keys{};
    ASSERT_EQ(SSL_CTX_set_tlsext_ticket_keys(server_->context(), keys.data(), keys.size()), 1);
  }

  testing::AssertionResult until(const std::function<bool()>& done) {
    return run_until([&] {
      server_->step();
      return done();
    });
  }
  testing::AssertionResult until_asked(std::string_view target) {
    return until([&] {
      return server_->received().find("GET " + std::string(target) + " ") != std::string::npos &&
             server_->received().ends_with("\r\n\r\n");
    });
  }
  testing::AssertionResult until_told(std::size_t index = 0) {
    return until([this, index] { return told(index).done > 0; });
  }

  const Identity good_ = authority().issue();  // for example.test
  TlsContext context_ =
      TlsContext::create_client({.authorities_file = authority().file(), .protocols = {"http/1.1"}})
          .value();
  std::optional<TlsPeer> server_;
};

HALO_ON_EVERY_POLLER(ClientTlsTest);

TEST_P(ClientTlsTest, RequestsShareAConnection) {
  ask_securely("/first");
  accept_tls(good_);
  ASSERT_TRUE(until_asked("/first"));
  server_->send(kOk);
  ASSERT_TRUE(until_told(0));
  ask_securely("/second");
  ASSERT_TRUE(until_asked("/second"));
  server_->send(kOk);
  ASSERT_TRUE(until_told(1));
  for (const std::size_t index : {0U, 1U}) {
    EXPECT_TRUE(told(index).ok()) << told(index).error.message();
    EXPECT_EQ(told(index).body, "hello");
  }
  EXPECT_EQ(told(0).new_connections, 1);
  EXPECT_EQ(told(1).new_connections, 0);
  EXPECT_NE(server_->received().find("Host: " + host_and_port() + "\r\n"), std::string::npos);
}

TEST_P(ClientTlsTest, SilenceInTheHandshakeIsLimited) {
  ask_securely();
  Peer peer = accept();  // which never answers the client's hello
  settle();
  clock_.advance(ClientOptions{}.connect_timeout);
  ASSERT_TRUE(run_until_done());
  EXPECT_EQ(told().error, Errc::kConnectTimeout) << told().error.message();
  EXPECT_EQ(told().stage, Stage::kConnect);
  EXPECT_TRUE(peer.is_left());
}

TEST_P(ClientTlsTest, CertificateForAnotherHostIsRefused) {
  const Identity other = authority().issue({.names = {"DNS:other.test"}});
  ask_securely();
  accept_tls(other);
  ASSERT_TRUE(until_told());
  EXPECT_EQ(told().error, TlsErrc::kCertificateForOtherHost) << told().error.message();
  EXPECT_EQ(told().stage, Stage::kConnect);
  EXPECT_NE(told().detail.find("example.test"), std::string::npos) << told().detail;
  EXPECT_TRUE(told().sent.empty()) << "nothing is said to a stranger";
  EXPECT_EQ(server_->received(), "");
}

TEST_P(ClientTlsTest, BodyUntilTheAnnouncedEndIsWhole) {
  ask_securely();
  accept_tls(good_);
  ASSERT_TRUE(until_asked("/"));
  server_->send("HTTP/1.1 200 OK\r\n\r\nall of it");
  server_->announce_end();
  ASSERT_TRUE(until_told());
  EXPECT_TRUE(told().ok()) << told().error.message();
  EXPECT_EQ(told().body, "all of it");
}

TEST_P(ClientTlsTest, BodyUntilAnEndThatNobodyAnnouncedIsTruncated) {
  ask_securely();
  accept_tls(good_);
  ASSERT_TRUE(until_asked("/"));
  server_->send("HTTP/1.1 200 OK\r\n\r\nhalf of");
  ASSERT_TRUE(until([this] { return told().body == "half of"; }));
  server_->socket().reset();
  ASSERT_TRUE(until_told());
  EXPECT_EQ(told().error, Errc::kTruncated) << told().error.message();
  EXPECT_EQ(told().stage, Stage::kReceive);
}

TEST_P(ClientTlsTest, NewConnectionResumesTheSession) {
  for (const std::size_t index : {0U, 1U}) {
    ask_securely();
    accept_tls(good_);
    ASSERT_TRUE(until_asked("/"));
    EXPECT_EQ(SSL_session_reused(server_->ssl()), index == 0 ? 0 : 1);
    server_->send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    ASSERT_TRUE(until_told(index));
    EXPECT_TRUE(told(index).ok()) << told(index).error.message();
    EXPECT_EQ(told(index).new_connections, 1);
  }
}

}  // namespace
}  // namespace halo::http
