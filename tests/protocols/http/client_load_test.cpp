// Thousands of requests at a time, against a server of a few lines on the same loop.

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "reactor/acceptor.hpp"
#include "reactor/connection_table.hpp"
#include "tests/protocols/http/client_fixture.hpp"

namespace halo::http {
namespace {

/// Answers each request with its own target; hangs up behind every seventh answer.
class Echo final : public ConnectionHandler {
 public:
  explicit Echo(std::size_t& answers) : answers_(answers) {}

  std::size_t on_data(Connection& connection, std::span<const std::byte> unread) override {
    const std::string_view text = test::as_text(unread);
    const std::size_t end = text.find("\r\n\r\n");
    if (end == std::string_view::npos) {
      return 0;
    }
    const std::string_view target = text.substr(4, text.find(' ', 4) - 4);
    connection.send("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(target.size()) +
                    "\r\n\r\n" + std::string(target));
    if (++answers_ % 7 == 0) {
      connection.close(CloseMode::kFlush);  // and has not said so
    }
    return end + 4;
  }

 private:
  std::size_t& answers_;
};

class ClientLoadTest : public ClientTest {
 protected:
  ClientLoadTest() { EXPECT_FALSE(acceptor_.start()); }

  Url at(const std::string& target) const {
    return Url::parse("http://" + address_.to_string() + target).value();
  }

  const Endpoint address_ = test::local_endpoint_of(listener_.get());
  std::size_t answers_ = 0;
  ConnectionTable table_{*loop_};
  Acceptor acceptor_{
      *loop_, std::move(listener_), [this](OwnedFd socket, const Endpoint&) {
        EXPECT_TRUE(table_.adopt(std::move(socket), std::make_unique<Echo>(answers_)));
      }};
};

HALO_ON_EVERY_POLLER(ClientLoadTest);

TEST_P(ClientLoadTest, ThousandsOfRequestsAreAnsweredEachWithItsOwn) {
  constexpr std::size_t kRequests = 3000;
  for (std::size_t i = 0; i < kRequests; ++i) {
    ask(Request{"GET", at("/" + std::to_string(i))});
  }
  EXPECT_EQ(client_->requests(), kRequests);
  for (std::size_t i = 0; i < kRequests; ++i) {
    ASSERT_TRUE(run_until([&] {
      clock_.advance(std::chrono::milliseconds(1));  // for what lingers
      return told(i).done > 0;
    }));
    ASSERT_TRUE(told(i).ok()) << i << ": " << told(i).error.message();
    ASSERT_EQ(told(i).body, "/" + std::to_string(i));
  }
  EXPECT_LE(client_->connections(), 16U);
}

TEST_P(ClientLoadTest, ThousandsAreCancelledInTheMiddle) {
  std::vector<RequestId> ids;
  for (std::size_t i = 0; i < 3000; ++i) {
    ids.push_back(ask(Request{"GET", at("/" + std::to_string(i))}));
  }
  ASSERT_TRUE(run_until([this] {
    clock_.advance(std::chrono::milliseconds(1));
    return told(500).done > 0;
  }));
  for (std::size_t i = 0; i < ids.size(); i += 2) {
    EXPECT_EQ(client_->cancel(ids[i]), told(i).done == 0);
  }
  ASSERT_TRUE(run_until([this] {
    clock_.advance(std::chrono::milliseconds(1));
    return client_->requests() == 0;
  }));
  for (std::size_t i = 1; i < ids.size(); i += 2) {
    EXPECT_TRUE(told(i).ok()) << i << ": " << told(i).error.message();
  }
}

TEST_P(ClientLoadTest, ClientGoesInTheMiddle) {
  for (std::size_t i = 0; i < 3000; ++i) {
    ask(Request{"GET", at("/")});
  }
  ASSERT_TRUE(run_until([this] {
    clock_.advance(std::chrono::milliseconds(1));
    return told(500).done > 0;
  }));
  client_.reset();
  settle();
  EXPECT_EQ(told(2999).done, 0);
}

}  // namespace
}  // namespace halo::http
