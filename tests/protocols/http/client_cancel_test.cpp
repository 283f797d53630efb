// Requests that are cancelled, and clients that go, at each moment.

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "protocols/http/http_error.hpp"
#include "tests/protocols/http/client_fixture.hpp"

namespace halo::http {
namespace {

class ClientCancelTest : public ClientTest {
 protected:
  /// Brings a request to each of its stages in turn, and there does `end`, which must silence it.
  void at_each_stage(const std::function<void(RequestId)>& end) {
    const std::string answer =
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n";
    for (int stage = 0; stage < 5; ++stage) {
      make_client();
      const RequestId id = ask(get());
      std::vector<Peer> peers;
      if (stage > 0) {
        loop_->run_once(Duration::zero());  // the name is resolved
      }
      if (stage > 1) {
        peers.push_back(accept());
      }
      if (stage > 2) {
        peers[0].request();
      }
      if (stage > 3) {
        peers[0].send(std::string_view(answer).substr(0, answer.size() - 8));
        ASSERT_TRUE(run_until([this] { return !told_.back()->body.empty(); }));
      }
      end(id);
      EXPECT_TRUE(told_.back()->destroyed || client_ != nullptr);
      settle();
      EXPECT_EQ(told_.back()->done, 0) << stage;
      EXPECT_TRUE(told_.back()->destroyed) << stage;
      if (stage > 1) {
        EXPECT_TRUE(peers[0].is_left()) << stage;
      } else {
        (void)nobody_connects();  // takes what was connecting out of the backlog
      }
    }
  }

  /// Does `act` in each of a request's callbacks in turn.
  void in_each_callback(const std::function<void(RequestId)>& act) {
    for (int callback = 0; callback < 4; ++callback) {
      make_client();
      RequestId id;
      int calls = 0;
      const auto now = [&] {
        ++calls;
        act(id);
      };
      Hooks hooks;
      if (callback == 0) {
        hooks.on_redirect = now;
      } else if (callback == 1) {
        hooks.on_head = now;
      } else if (callback == 2) {
        hooks.on_body = [&] {
          now();
          return std::error_code();
        };
      } else {
        hooks.on_done = now;
      }
      id = ask(get(), std::move(hooks));
      Peer peer = accept();
      peer.request();
      if (callback == 0) {
        peer.send("HTTP/1.1 302 Found\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n");
      } else {
        peer.send(kOk);
        peer.send("HTTP/1.1 200 OK\r\n");  // and garbage behind
      }
      ASSERT_TRUE(run_until([&] { return calls > 0; }));
      settle();
      EXPECT_EQ(calls, 1) << callback;
      EXPECT_EQ(told_.back()->done, callback == 3 ? 1 : 0) << callback;
      EXPECT_TRUE(told_.back()->destroyed) << callback;
      if (callback != 0) {
        EXPECT_TRUE(peer.is_left());
      }
    }
  }
};

HALO_ON_EVERY_POLLER(ClientCancelTest);

TEST_P(ClientCancelTest, CancelledRequestIsSilentAtEachStage) {
  at_each_stage([this](RequestId id) {
    EXPECT_TRUE(client_->cancel(id));
    EXPECT_FALSE(client_->cancel(id)) << "only once";
    EXPECT_EQ(client_->requests(), 0U);
  });
}

TEST_P(ClientCancelTest, DestroyedClientIsSilentAtEachStage) {
  at_each_stage([this](RequestId) {
    client_.reset();
    EXPECT_TRUE(told_.back()->destroyed);
  });
}

TEST_P(ClientCancelTest, RequestMayBeCancelledInItsOwnCallbacks) {
  in_each_callback([this](RequestId id) { client_->cancel(id); });
}

TEST_P(ClientCancelTest, ClientMayGoInCallbacks) {
  in_each_callback([this](RequestId) { client_.reset(); });
}

TEST_P(ClientCancelTest, ClientMayGoInTheCallbackOfAFailure) {
  const Url gone = url();
  listener_.reset();
  ask(Request{"GET", gone}, {.on_done = [this] { client_.reset(); }});
  ask(Request{"GET", gone});
  ASSERT_TRUE(run_until_done());
  settle();
  EXPECT_EQ(told(1).done, 0);
}

TEST_P(ClientCancelTest, CallbackMayAskAgain) {
  ask(get(), {.on_done = [this] { ask(get("/again")); }});
  Peer peer = accept();
  peer.request();
  peer.send(kOk);
  EXPECT_TRUE(peer.request().starts_with("GET /again ")) << "on the same connection";
  peer.send(kOk);
  ASSERT_TRUE(run_until_done(1));
  EXPECT_TRUE(told(1).ok());
}

TEST_P(ClientCancelTest, RequestThatWaitsIsCancelledWithoutATrace) {
  ClientOptions options;
  options.connections_per_origin_max = 1;
  make_client(std::move(options));
  ask(get("/0"));
  const RequestId waiting = ask(get("/1"));
  ask(get("/2"));
  Peer peer = accept();
  peer.request();
  EXPECT_TRUE(client_->cancel(waiting));
  peer.send(kOk);
  EXPECT_TRUE(peer.request().starts_with("GET /2 "));
  peer.send(kOk);
  ASSERT_TRUE(run_until_done(2));
}

TEST_P(ClientCancelTest, ConnectionThatNobodyWaitsForIsNotMade) {
  ClientOptions options;
  options.resolver.look_up = [](const std::string&, AddressFamilies) {
    return Result<std::vector<Endpoint>>(std::vector<Endpoint>{Endpoint::loopback_v4(0)});
  };
  make_client(std::move(options));
  std::vector<RequestId> ids;
  for (int i = 0; i < 10; ++i) {
    ids.push_back(ask(Request{"GET", Url::parse("http://example.org/").value()}));
  }
  EXPECT_EQ(client_->connections(), 10U);
  for (const RequestId id : ids) {
    client_->cancel(id);
  }
  EXPECT_EQ(client_->connections(), 0U);
}

}  // namespace
}  // namespace halo::http
