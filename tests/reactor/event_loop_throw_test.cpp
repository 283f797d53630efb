// An exception leaves the loop out of each kind of callback; the loop goes on as if it had not
// been.

#include <array>
#include <stdexcept>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reactor/event_loop.hpp"
#include "tests/reactor/lambda_handler.hpp"
#include "tests/support/loops.hpp"
#include "tests/support/sockets.hpp"

namespace halo {
namespace {

using test::LambdaHandler;
using test::SocketPair;

class EventLoopThrow : public test::OnEveryPoller {
 protected:
  // Queues work of every kind, once before and once after what throws.
  void queue(const std::string& name) {
    loop_->post([this, name] { ran_.push_back(name + " task"); });
    loop_->run_after(Duration::zero(), [this, name] { ran_.push_back(name + " timer"); });
    loop_->reap_later([this, name] { ran_.push_back(name + " reap"); });
  }

  void expect_throws_once_and_loses_nothing() {
    EXPECT_THROW(loop_->run_once(Duration::zero()), std::runtime_error);
    for (int i = 0; i < 3; ++i) {
      EXPECT_NO_THROW(loop_->run_once(Duration::zero()));
    }
    EXPECT_THAT(ran_, testing::UnorderedElementsAre("before task", "before timer", "before reap",
                                                    "after task", "after timer", "after reap"));
  }

  [[noreturn]] static void fail() { throw std::runtime_error("out of a callback"); }

  std::vector<std::string> ran_;
  SocketPair pair_ = test::unix_pair();
};

HALO_ON_EVERY_POLLER(EventLoopThrow);

TEST_P(EventLoopThrow, OutOfATask) {
  queue("before");
  loop_->post([] { fail(); });
  queue("after");
  expect_throws_once_and_loses_nothing();
}

TEST_P(EventLoopThrow, OutOfATimer) {
  queue("before");
  loop_->run_after(Duration::zero(), [] { fail(); });
  queue("after");
  expect_throws_once_and_loses_nothing();
}

TEST_P(EventLoopThrow, OutOfAReap) {
  queue("before");
  loop_->reap_later([] { fail(); });
  queue("after");
  expect_throws_once_and_loses_nothing();
}

TEST_P(EventLoopThrow, OutOfAnEventHandler) {
  LambdaHandler handler;
  Token token;
  handler.ready = [&](Event) {
    loop_->unwatch(token);
    fail();
  };
  token = loop_->watch(pair_.ours.get(), Interest::kWritable, handler).value();
  queue("before");
  queue("after");
  expect_throws_once_and_loses_nothing();
}

TEST_P(EventLoopThrow, OutOfAFlush) {
  std::array<LambdaHandler, 3> handlers;
  std::array<SocketPair, 3> pairs;
  std::vector<std::size_t> flushed;
  std::vector<Token> tokens;
  for (std::size_t i = 0; i < handlers.size(); ++i) {
    pairs[i] = test::unix_pair();
    handlers[i].flush = [&flushed, i] {
      flushed.push_back(i);
      if (i == 1) {
        fail();
      }
    };
    tokens.push_back(loop_->watch(pairs[i].ours.get(), Interest::kReadable, handlers[i]).value());
    loop_->flush_later(tokens[i]);
  }
  queue("before");
  queue("after");
  expect_throws_once_and_loses_nothing();
  EXPECT_EQ(flushed, (std::vector<std::size_t>{0, 1, 2}));
  for (const Token token : tokens) {
    loop_->flush_later(token);
  }
  EXPECT_THROW(loop_->run_once(Duration::zero()), std::runtime_error);
  loop_->run_once(Duration::zero());
  EXPECT_EQ(flushed.size(), 6U) << "each may be asked for again";
}

TEST_P(EventLoopThrow, OtherDescriptorsOfTheBatchAreReportedAgain) {
  std::array<LambdaHandler, 10> handlers;
  std::array<SocketPair, 10> pairs;
  int calls = 0;
  for (std::size_t i = 0; i < handlers.size(); ++i) {
    pairs[i] = test::unix_pair();
    handlers[i].ready = [&](Event event) {
      ++calls;
      loop_->unwatch(event.token);
      fail();
    };
    (void)loop_->watch(pairs[i].ours.get(), Interest::kWritable, handlers[i]).value();
  }
  for (std::size_t i = 0; i < handlers.size(); ++i) {
    EXPECT_THROW(loop_->run_once(Duration::zero()), std::runtime_error);
  }
  EXPECT_EQ(calls, 10);
  EXPECT_EQ(loop_->run_once(Duration::zero()), 0U);
}

TEST_P(EventLoopThrow, RunMayBeCalledAgain) {
  int runs = 0;
  loop_->post([] { fail(); });
  loop_->post([&] { ++runs; });
  loop_->post([&] { loop_->stop(); });
  EXPECT_THROW(loop_->run(), std::runtime_error);
  EXPECT_EQ(runs, 0);
  loop_->run();
  EXPECT_EQ(runs, 1);
}

TEST_P(EventLoopThrow, StopAskedForBeforeAThrowEndsTheNextRun) {
  loop_->post([&] {
    loop_->stop();
    fail();
  });
  EXPECT_THROW(loop_->run(), std::runtime_error);
  loop_->run();
}

}  // namespace
}  // namespace halo
