#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "protocols/http/http_error.hpp"
#include "reactor/error.hpp"
#include "reactor/name_lookup.hpp"
#include "tests/protocols/http/client_fixture.hpp"

namespace halo::http {
namespace {

HALO_ON_EVERY_POLLER(ClientTest);

TEST_P(ClientTest, GetsAnAnswer) {
  ask(get("/a?b"));
  Peer peer = accept();
  const std::string request = peer.request();
  EXPECT_TRUE(request.starts_with("GET /a?b HTTP/1.1\r\nHost: 127.0.0.1:")) << request;
  peer.send(kOk);
  ASSERT_TRUE(run_until_done());
  EXPECT_FALSE(told().error) << told().error.message();
  EXPECT_EQ(told().status, 200);
  EXPECT_EQ(told().body, "hello");
  EXPECT_EQ(told().stage, Stage::kComplete);
  EXPECT_EQ(told().url, url("/a?b").to_string());
  EXPECT_EQ(client_->requests(), 0U);
}

TEST_P(ClientTest, AnswerMayComeByteForByte) {
  ask(get());
  Peer peer = accept();
  peer.request();
  for (const char byte : std::string("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                                     "2\r\nhe\r\n3;x=y\r\nllo\r\n0\r\nA: b\r\n\r\n")) {
    EXPECT_EQ(told().done, 0);
    peer.send(std::string(1, byte));
    settle();
  }
  ASSERT_TRUE(run_until_done());
  EXPECT_TRUE(told().ok()) << told().error.message();
  EXPECT_EQ(told().body, "hello");
  EXPECT_EQ(told().trailers, "A=b;");
}

TEST_P(ClientTest, InterimAnswersAreToldApart) {
  ask(get());
  Peer peer = accept();
  peer.request();
  peer.send("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n");
  peer.send(kOk);
  ASSERT_TRUE(run_until_done());
  EXPECT_TRUE(told().ok());
  EXPECT_EQ(told().interims, std::vector<int>{103});
  EXPECT_EQ(told().heads, 1);
}

TEST_P(ClientTest, HeadHasNoBody) {
  ask(Request{"HEAD", url()});
  Peer peer = accept();
  EXPECT_TRUE(peer.request().starts_with("HEAD / "));
  peer.send("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
  ASSERT_TRUE(run_until_done());
  EXPECT_TRUE(told().ok());
  EXPECT_EQ(told().body, "");
}

TEST_P(ClientTest, AnswerMayLastUntilTheClose) {
  ask(get());
  Peer peer = accept();
  peer.request();
  peer.send("HTTP/1.1 200 OK\r\n\r\nhel");
  settle();
  peer.send("lo");
  settle();
  EXPECT_EQ(told().done, 0);
  peer.finish();
  ASSERT_TRUE(run_until_done());
  EXPECT_TRUE(told().ok()) << told().error.message();
  EXPECT_EQ(told().body, "hello");
  EXPECT_TRUE(peer.is_left());
}

TEST_P(ClientTest, ErrorOfTheHandlerFailsTheRequest) {
  ask(get(), {.on_body = [] { return std::make_error_code(std::errc::no_space_on_device); }});
  Peer peer = accept();
  peer.request();
  peer.send(kOk);
  ASSERT_TRUE(run_until_done());
  EXPECT_EQ(told().error, std::errc::no_space_on_device);
  EXPECT_EQ(told().stage, Stage::kReceive);
  EXPECT_TRUE(peer.is_left());
}

TEST_P(ClientTest, WrongRequestIsAnErrorToldLater) {
  ask(Request{"G ET", url()});
  ASSERT_TRUE(run_until_done());
  EXPECT_EQ(told().error, HttpErrc::kBadMethod);
  EXPECT_TRUE(nobody_connects());
}

TEST_P(ClientTest, HttpsWithoutTlsIsAnError) {
  ask(Request{"GET", Url::parse("https://127.0.0.1/").value()});
  ASSERT_TRUE(run_until_done());
  EXPECT_EQ(told().error, HttpErrc::kNoTls);
}

TEST_P(ClientTest, HostThatCannotBeFoundIsAnError) {
  ClientOptions options;
  options.resolver.look_up = [](const std::string&, AddressFamilies) {
    return look_up(std::string(), AddressFamilies::kAny);
  };
  make_client(std::move(options));
  ask(Request{"GET", Url::parse("http://example.org/").value()});
  ASSERT_TRUE(run_until_done());
  EXPECT_EQ(told().error.category(), lookup_category());
  EXPECT_EQ(told().stage, Stage::kResolve);
}

TEST_P(ClientTest, KnownAddressesAreNotLookedUp) {
  ClientOptions options;
  options.resolver.look_up = [](const std::string&, AddressFamilies) {
    return look_up(std::string(), AddressFamilies::kAny);
  };
  options.addresses["example.org:80"] = {Endpoint::loopback_v4(url().port())};
  make_client(std::move(options));
  ask(Request{"GET", Url::parse("http://example.org/").value()});
  Peer peer = accept();
  EXPECT_NE(peer.request().find("Host: example.org\r\n"), std::string::npos);
  peer.send(kOk);
  ASSERT_TRUE(run_until_done());
  EXPECT_TRUE(told().ok());
  ask(Request{"GET", Url::parse("http://example.org:81/").value()});  // another port: another place
  ASSERT_TRUE(run_until_done(1));
  EXPECT_EQ(told(1).stage, Stage::kResolve);
}

TEST_P(ClientTest, TellsWhatIsSentAndWhere) {
  ask(get("/first"));
  Peer peer = accept();
  const std::string first = peer.request();
  peer.send("HTTP/1.1 302 Found\r\nLocation: /second\r\nContent-Length: 0\r\n\r\n");
  const std::string second = peer.request();
  peer.send(kOk);
  ASSERT_TRUE(run_until_done());
  EXPECT_EQ(told().sent, (std::vector<std::string>{first, second}));
  EXPECT_EQ(told().remote, "127.0.0.1:" + std::to_string(url().port()));
  EXPECT_EQ(told().new_connections, 1);
}

TEST_P(ClientTest, RefusedConnectionFailsAllThatWait) {
  const Url gone = url();
  listener_.reset();
  for (int i = 0; i < 100; ++i) {
    ask(Request{"GET", gone});
  }
  for (std::size_t i = 0; i < 100; ++i) {
    ASSERT_TRUE(run_until_done(i));
    EXPECT_EQ(told(i).error, std::errc::connection_refused);
    EXPECT_EQ(told(i).stage, Stage::kConnect);
  }
  EXPECT_EQ(client_->connections(), 0U);
}

TEST_P(ClientTest, TooManyRequestsAreRefused) {
  ClientOptions options;
  options.requests_max = 2;
  make_client(std::move(options));
  for (int i = 0; i < 3; ++i) {
    ask(get());
  }
  ASSERT_TRUE(run_until_done(2));
  EXPECT_EQ(told(2).error, Errc::kQueueFull);
  EXPECT_EQ(client_->requests(), 2U);
}

}  // namespace
}  // namespace halo::http
