// What two ends agree on: sessions, protocols, names; and the contexts that hold it.

#include <fstream>

#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include "tests/reactor/tls/tls_fixture.hpp"

namespace halo {
namespace {

class TlsSession : public test::TlsFixture {
 protected:
  TlsSession() {
    // An answer, so that a session's ticket has arrived when it is there.
    server_.on_bytes = [](Connection& c, std::string_view unread) {
      c.send(unread);
      return unread.size();
    };
  }
  ~TlsSession() override { table_.reset(); }  // before server_

  // One connection of ours to a server of ours, an exchange, and its end. Returns whether the
  // client went on with an earlier session.
  bool exchange(const TlsContext& client, const TlsContext& server, const std::string& host,
                std::uint16_t port = 443, CloseMode mode = CloseMode::kFlush) {
    test::SocketPair pair = test::tcp_pair();
    test::SocketPair reversed{std::move(pair.peer), {}};
    recorder_ = {};
    test::Recorder fresh;
    fresh.on_bytes = server_.on_bytes;
    server_ = std::move(fresh);
    adopt(pair, server_, TlsStream::to_client(server).value());
    bool reused = false;
    recorder_.open = [&](Connection& c) {
      reused = stream_of(c).session_reused();
      protocol_ = stream_of(c).protocol();
      c.send("ping");
    };
    recorder_.on_bytes = [&](Connection& c, std::string_view unread) {
      c.close(mode);
      return unread.size();
    };
    adopt(reversed, recorder_, TlsStream::to_server(client, host, port).value());
    EXPECT_TRUE(
        ConnectionFixture::until([&] { return recorder_.closes == 1 && server_.closes == 1; }));
    EXPECT_EQ(recorder_.data, "ping");
    return reused;
  }

  TlsContext server_context() const { return TlsContext::create_server(server_options_).value(); }

  test::Recorder server_;
  std::string protocol_;
};

HALO_ON_EVERY_POLLER(TlsSession);

TEST_P(TlsSession, SecondConnectionToAHostGoesOnWithItsSession) {
  const TlsContext client = client_context();
  const TlsContext server = server_context();
  EXPECT_FALSE(exchange(client, server, "example.test"));
  for (int i = 0; i < 5; ++i) {
    EXPECT_TRUE(exchange(client, server, "example.test"));
  }
}

TEST_P(TlsSession, SessionsOfTls12AreReusedToo) {
  const TlsContext client = client_context();
  const TlsContext server = server_context();
  SSL_CTX_set_max_proto_version(server.native_handle(), TLS1_2_VERSION);
  EXPECT_FALSE(exchange(client, server, "example.test"));
  for (int i = 0; i < 5; ++i) {
    EXPECT_TRUE(exchange(client, server, "example.test"));
  }
}

TEST_P(TlsSession, ResetConnectionLeavesAGoodSession) {
  const TlsContext client = client_context();
  const TlsContext server = server_context();
  EXPECT_FALSE(exchange(client, server, "example.test", 443, CloseMode::kReset));
  EXPECT_TRUE(exchange(client, server, "example.test"));
}

TEST_P(TlsSession, OtherHostOrPortOrContextHasSessionsOfItsOwn) {
  const TlsContext client = client_context();
  const TlsContext server = server_context();
  EXPECT_FALSE(exchange(client, server, "example.test"));
  EXPECT_FALSE(exchange(client, server, "127.0.0.1"));
  EXPECT_FALSE(exchange(client, server, "example.test", 8443));
  EXPECT_FALSE(exchange(client_context(), server, "example.test"));
}

TEST_P(TlsSession, SessionThatTheServerForgotCostsAFullHandshake) {
  const TlsContext client = client_context();
  EXPECT_FALSE(exchange(client, server_context(), "example.test"));
  EXPECT_FALSE(exchange(client, server_context(), "example.test"));
}

TEST_P(TlsSession, ContextMayGoBeforeItsStreams) {
  {
    const TlsContext client = client_context();
    connect(client);
  }
  ASSERT_TRUE(until_open());
  peer_->send("late");
  ASSERT_TRUE(until([&] { return recorder_.data == "late"; }));
}

TEST_P(TlsSession, ProtocolIsTheServersPreferenceAmongWhatIsOffered) {
  client_options_.protocols = {"http/1.0", "http/1.1"};
  server_options_.protocols = {"h2", "http/1.1", "http/1.0"};
  exchange(client_context(), server_context(), "example.test");
  EXPECT_EQ(protocol_, "http/1.1");
}

TEST_P(TlsSession, ClientThatOffersNoProtocolIsServed) {
  server_options_.protocols = {"http/1.1"};
  exchange(client_context(), server_context(), "example.test");
  EXPECT_EQ(protocol_, "");
}

TEST_P(TlsSession, NoProtocolInCommonIsRefused) {
  client_options_.protocols = {"http/1.1"};
  server_options_.protocols = {"h2"};
  test::SocketPair other{std::move(pair_.peer), {}};
  server_.may_never_open = true;
  adopt(other, server_, TlsStream::to_client(server_context()).value());
  recorder_.close = [this](Connection& c) { words_ = c.stream()->failure(); };
  adopt(pair_, recorder_, TlsStream::to_server(client_context(), "example.test", 443).value());
  expect_failed(TlsErrc::kRefusedByPeer,
                "example.test refused the handshake: no application protocol");
}

TEST_P(TlsSession, NameIsToldToTheServerAndAnAddressIsNot) {
  for (const auto& [host, told] :
       {std::pair("example.test", "example.test"), std::pair("127.0.0.1", "")}) {
    pair_ = test::tcp_pair();
    peer_.reset();
    recorder_ = {};
    connect(host);
    ASSERT_TRUE(until_open());
    const char* const name = SSL_get_servername(peer_->ssl(), TLSEXT_NAMETYPE_host_name);
    EXPECT_STREQ(name == nullptr ? "" : name, told);
    table_.reset();
  }
}

// ---- contexts and streams that cannot be made ----

class TlsMaking : public test::TlsFixture {
 protected:
  static std::string file_with(const std::string& name, const std::string& text) {
    const std::string path = authority().folder() + '/' + name;
    std::ofstream(path) << text;
    return path;
  }
  std::error_code client_error() const {
    return TlsContext::create_client(client_options_).error();
  }
  std::error_code server_error() const {
    return TlsContext::create_server(server_options_).error();
  }
};

INSTANTIATE_TEST_SUITE_P(, TlsMaking, testing::Values(PollerKind::kBest),
                         [](const auto&) { return "once"; });

TEST_P(TlsMaking, FileOfAuthoritiesThatIsNotThere) {
  client_options_.authorities_file = "/nowhere/at.all";
  EXPECT_EQ(client_error(), std::errc::no_such_file_or_directory);
}

TEST_P(TlsMaking, FileWithoutAuthorities) {
  client_options_.authorities_file = file_with("empty", "");
  EXPECT_EQ(client_error(), TlsErrc::kBadAuthorities);
  client_options_.authorities_file = identity().key_file;
  EXPECT_EQ(client_error(), TlsErrc::kBadAuthorities);
  client_options_.authorities_file = authority().folder();
  EXPECT_EQ(client_error(), TlsErrc::kBadAuthorities);
}

TEST_P(TlsMaking, ServersFilesThatAreNotThere) {
  server_options_.key_file = "/nowhere/at.all";
  EXPECT_EQ(server_error(), std::errc::no_such_file_or_directory);
  server_options_.certificate_file = "/nowhere/at.all";
  EXPECT_EQ(server_error(), std::errc::no_such_file_or_directory);
}

TEST_P(TlsMaking, ServersFilesThatHoldSomethingElse) {
  server_options_.key_file = authority().issue().key_file;
  EXPECT_EQ(server_error(), TlsErrc::kBadKey) << "not the certificate's";
  server_options_.key_file = identity().certificate_file;
  EXPECT_EQ(server_error(), TlsErrc::kBadKey);
  server_options_.certificate_file = identity().key_file;
  EXPECT_EQ(server_error(), TlsErrc::kBadCertificate);
}

TEST_P(TlsMaking, KeyWithAPassPhraseIsRefusedAndNobodyIsAsked) {
  server_options_.key_file = authority().encrypted(identity());
  EXPECT_EQ(server_error(), TlsErrc::kBadKey);
}

TEST_P(TlsMaking, ProtocolNamesHaveALength) {
  for (const std::string& name : {std::string(), std::string(256, 'x')}) {
    client_options_.protocols = {name};
    EXPECT_EQ(client_error(), TlsErrc::kBadProtocolNames);
    server_options_.protocols = {"http/1.1", name};
    EXPECT_EQ(server_error(), TlsErrc::kBadProtocolNames);
  }
  client_options_.protocols = {std::string(255, 'x')};
  EXPECT_FALSE(client_error());
}

TEST_P(TlsMaking, HostThatCannotBeOne) {
  const TlsContext client = client_context();
  for (const std::string& host : {std::string(), std::string("[]"), std::string("."),
                                  std::string("a b"), std::string("a\0b", 3), std::string("a\r\nb"),
                                  std::string("b\xc3\xbc.test"), std::string(254, 'x')}) {
    EXPECT_EQ(TlsStream::to_server(client, host, 443).error(), TlsErrc::kBadHost) << host;
  }
}

TEST_P(TlsMaking, LibraryNamesItself) {
  EXPECT_TRUE(tls_library_version().starts_with("OpenSSL 3")) << tls_library_version();
}

TEST_P(TlsMaking, EachErrorHasAMessageOfItsOwn) {
  std::set<std::string> messages;
  for (int value = 1; value <= static_cast<int>(TlsErrc::kOutOfMemory); ++value) {
    const std::error_code error = static_cast<TlsErrc>(value);
    EXPECT_NE(error.message(), "unknown error") << value;
    EXPECT_TRUE(messages.insert(error.message()).second) << error.message() << " twice";
    EXPECT_EQ(is_certificate_error(error), value <= 6) << error.message();
  }
  EXPECT_EQ(std::error_code(999, tls_category()).message(), "unknown error");
  EXPECT_STREQ(tls_category().name(), "halo.tls");
  EXPECT_FALSE(is_certificate_error(std::error_code(1, std::system_category())));
}

}  // namespace
}  // namespace halo
