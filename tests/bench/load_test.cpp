#include "bench/load.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include <gtest/gtest.h>

#include "bench/http_exchange.hpp"
#include "protocols/hello/hello_session.hpp"
#include "reactor/socket.hpp"
#include "tests/bench/loop_server.hpp"
#include "tests/support/loops.hpp"
#include "tests/support/sockets.hpp"

namespace halo::bench {
namespace {

using std::chrono::milliseconds;

/// Says the welcome, then for each line what `answer` makes of its name.
class Impostor final : public ConnectionHandler {
 public:
  using Answer = std::function<std::string(Connection&, std::string name)>;
  explicit Impostor(Answer answer) : answer_(std::move(answer)) {}

  void on_open(Connection& connection) override { connection.send(std::string_view("Welcome!\n")); }
  std::size_t on_data(Connection& connection, std::span<const std::byte> unread) override {
    const std::string_view text = test::as_text(unread);
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) {
      return 0;
    }
    connection.send(answer_(connection, std::string(text.substr(0, end))));
    return end + 1;
  }

 private:
  Answer answer_;
};

/// Answers each of the load's requests with the same bytes.
class HttpImpostor final : public ConnectionHandler {
 public:
  explicit HttpImpostor(std::string answer) : answer_(std::move(answer)) {}

  std::size_t on_data(Connection& connection, std::span<const std::byte> unread) override {
    std::string_view text = test::as_text(unread);
    while (text.starts_with(kHttpRequest)) {
      connection.send(answer_);
      text.remove_prefix(kHttpRequest.size());
    }
    return unread.size() - text.size();
  }

 private:
  std::string answer_;
};

class LoadTest : public testing::Test {
 protected:
  LoadOptions options(const LoopServer& server) const {
    LoadOptions options;
    options.server = server.endpoint();
    options.answer_timeout = milliseconds(50);
    return options;
  }

  LoopServer::Factory honest() {
    return [this] { return std::make_unique<hello::HelloSession<hello::LineDecoder>>(hello_); };
  }

  /// The errors of one connection that asks a server which answers with `answer`.
  ErrorCounts errors_with(Impostor::Answer answer) {
    LoopServer server(*loop_, [answer] { return std::make_unique<Impostor>(answer); });
    Load load(*loop_, options(server), *interrupt_);
    EXPECT_EQ(load.open(), 1U);
    load.start();
    load.drain();
    return load.errors();
  }

  hello::HelloOptions hello_;
  std::unique_ptr<EventLoop> loop_ = test::make_loop();
  std::unique_ptr<Interrupt> interrupt_ = std::move(*Interrupt::create(*loop_));
};

TEST_F(LoadTest, AnHonestServerMakesNoErrors) {
  LoopServer server(*loop_, honest());
  LoadOptions options = this->options(server);
  options.connections = 20;
  options.depth = 5;
  options.answer_timeout = test::kPatience;
  Load load(*loop_, options, *interrupt_);
  ASSERT_EQ(load.open(), 20U);
  ASSERT_EQ(load.open_idle(30), 30U);
  for (int i = 0; i < 3; ++i) {
    load.start();
    EXPECT_GE(load.answers(), 100U);  // as many as were asked at once
    EXPECT_GE(load.run_for(milliseconds(20)), milliseconds(20));
    EXPECT_GT(load.latency().count(), 0U);
    load.drain();
    EXPECT_GE(load.answers(), 100U + load.latency().count());
  }
  EXPECT_TRUE(load.errors().empty()) << load.errors().begin()->first;
}

TEST_F(LoadTest, AChurnOpensAConnectionForEachQuestion) {
  LoopServer server(*loop_, honest());
  LoadOptions options = this->options(server);
  options.connections = 4;
  options.churn = true;
  options.answer_timeout = test::kPatience;
  Load load(*loop_, options, *interrupt_);
  ASSERT_EQ(load.open(), 4U);
  load.start();
  load.run_for(milliseconds(20));
  load.drain();
  EXPECT_GT(load.answers(), 4U);
  EXPECT_TRUE(load.errors().empty()) << load.errors().begin()->first;
}

TEST_F(LoadTest, AnAnswerToAnotherQuestionIsWrong) {
  const ErrorCounts errors =
      errors_with([](Connection&, const std::string&) { return "Hello, 00000000-00000001!\n"; });
  EXPECT_EQ(errors, (ErrorCounts{{"wrong answer", 1}}));
}

TEST_F(LoadTest, AnAnswerThatIsTooShortIsWrongAtOnce) {
  const ErrorCounts errors =
      errors_with([](Connection&, const std::string&) { return "Hello, you!\n"; });
  EXPECT_EQ(errors, (ErrorCounts{{"wrong answer", 1}}));
}

TEST_F(LoadTest, AnAnswerThatNobodyAskedForIsWrong) {
  const ErrorCounts errors = errors_with([](Connection&, const std::string& name) {
    return "Hello, " + name + "!\nHello, " + name + "!\n";
  });
  EXPECT_EQ(errors, (ErrorCounts{{"wrong answer", 1}}));
}

TEST_F(LoadTest, AServerWithoutAWelcomeIsAskedAtOnce) {
  LoopServer server(*loop_,
                    [] { return std::make_unique<HttpImpostor>(std::string(kHttpAnswer)); });
  LoadOptions options = this->options(server);
  options.exchange = &kHttpExchange;
  options.connections = 20;
  options.depth = 5;
  options.answer_timeout = test::kPatience;
  Load load(*loop_, options, *interrupt_);
  ASSERT_EQ(load.open(), 20U);
  ASSERT_EQ(load.open_idle(30), 30U);
  load.start();
  load.run_for(milliseconds(20));
  load.drain();
  EXPECT_GE(load.answers(), 100U + load.latency().count());
  EXPECT_TRUE(load.errors().empty()) << load.errors().begin()->first;
}

TEST_F(LoadTest, AnHttpAnswerWithAnotherStatusLengthOrBodyIsWrong) {
  const std::string right(kHttpAnswer);
  for (const auto& [from, to] : {std::pair("200", "404"), {"12", "13"}, {"Bond", "Bone"}}) {
    std::string answer = right;
    answer.replace(answer.find(from), std::string_view(from).size(), to);
    LoopServer server(*loop_, [answer] { return std::make_unique<HttpImpostor>(answer); });
    LoadOptions options = this->options(server);
    options.exchange = &kHttpExchange;
    Load load(*loop_, options, *interrupt_);
    EXPECT_EQ(load.open(), 1U);
    load.start();
    load.drain();
    EXPECT_EQ(load.errors(), (ErrorCounts{{"wrong answer", 1}})) << answer;
  }
}

TEST_F(LoadTest, ASilentServerMakesTimeOuts) {
  const ErrorCounts errors = errors_with([](Connection&, const std::string&) { return ""; });
  EXPECT_EQ(errors, (ErrorCounts{{"time-out", 1}}));
}

TEST_F(LoadTest, AServerThatClosesIsCountedAsSuch) {
  const ErrorCounts errors = errors_with([](Connection& connection, const std::string&) {
    connection.close(CloseMode::kFlush);
    return "";
  });
  EXPECT_EQ(errors, (ErrorCounts{{"closed early", 1}}));
}

TEST_F(LoadTest, AResetIsCountedWithTheSystemsWord) {
  const ErrorCounts errors = errors_with([](Connection& connection, const std::string&) {
    connection.close(CloseMode::kReset);
    return "";
  });
  EXPECT_EQ(errors, (ErrorCounts{{"Connection reset by peer", 1}}));
}

TEST_F(LoadTest, WhereNobodyListensNothingIsOpened) {
  LoadOptions options;
  options.connections = 3;
  {
    const OwnedFd listener = test::listener_v4();
    options.server = test::local_endpoint_of(listener.get());
  }
  Load load(*loop_, options, *interrupt_);
  EXPECT_EQ(load.open(), 0U);
  EXPECT_EQ(load.errors(), (ErrorCounts{{"connect: Connection refused", 3}}));
}

TEST_F(LoadTest, AChurnThatNobodyServesEnds) {
  LoadOptions options;
  options.connections = 3;
  options.churn = true;
  {
    const OwnedFd listener = test::listener_v4();
    options.server = test::local_endpoint_of(listener.get());
  }
  Load load(*loop_, options, *interrupt_);
  load.start();
  EXPECT_LT(load.run_for(test::kPatience), Duration(test::kPatience));
  load.drain();
  EXPECT_EQ(load.errors(), (ErrorCounts{{"connect: Connection refused", 3}}));
}

}  // namespace
}  // namespace halo::bench
