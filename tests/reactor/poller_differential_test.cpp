// One random trace of what programs and their peers do to sockets, watched by a loop on each poller
// of this system at once: all of them must make the same calls. The sockets are the same ones, and
// what is ready stays ready (P1), so after each step each loop sees the same state of the kernel.
//
// What may differ, and is not compared: `hangup`, which is a hint; the order of the calls; one call
// or two for a descriptor (P5). What is compared: for each watch, under its token, the readiness
// that its handler was told, joined over one iteration.

#include <sys/socket.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "tests/reactor/lambda_handler.hpp"
#include "tests/support/loops.hpp"
#include "tests/support/seed.hpp"
#include "tests/support/sockets.hpp"

namespace halo {
namespace {

constexpr std::size_t kPairs = 6;

// Who was told what in an iteration.
using Calls = std::map<std::uint64_t, Interest>;

std::uint64_t number_of(Token token) {
  return (std::uint64_t{token.slot} << 32) | token.generation;
}

// A loop on one of the pollers, with a watch for each socket.
struct Watcher {
  explicit Watcher(PollerKind kind) : loop(test::make_loop(kind)) {
    handler.ready = [this](Event event) {
      Interest& so_far = calls[number_of(event.token)];
      so_far = so_far | event.ready;
    };
  }

  Calls look() {
    calls.clear();
    loop->run_once(Duration::zero());
    return calls;
  }

  std::unique_ptr<EventLoop> loop;
  test::LambdaHandler handler;
  std::vector<Token> tokens = std::vector<Token>(kPairs);
  Calls calls;
};

class PollerDifferential : public testing::Test {
 protected:
  struct Pair {
    test::SocketPair sockets;
    bool watched = false;
  };

  void SetUp() override {
    for (const PollerKind kind : available_pollers()) {
      watchers_.push_back(std::make_unique<Watcher>(kind));
    }
  }

  Interest some_interest() { return static_cast<Interest>(random_.below(4)); }

  void open(std::size_t index) {
    Pair& pair = pairs_[index];
    pair.sockets = random_.one_in(2) ? test::unix_pair() : test::tcp_pair();
    if (random_.one_in(2)) {
      test::make_buffers_small(pair.sockets.ours.get());
      test::make_buffers_small(pair.sockets.peer.get());
    }
    pair.watched = true;
    const Interest interest = some_interest();
    trace_ << "open and watch " << index << " for " << static_cast<int>(interest) << '\n';
    for (const auto& watcher : watchers_) {
      watcher->tokens[index] =
          watcher->loop->watch(pair.sockets.ours.get(), interest, watcher->handler).value();
      ASSERT_EQ(watcher->tokens[index], watchers_[0]->tokens[index]) << "comparable by token";
    }
  }

  void unwatch(std::size_t index) {
    for (const auto& watcher : watchers_) {
      watcher->loop->unwatch(watcher->tokens[index]);
    }
    pairs_[index].watched = false;
  }

  void step() {
    const std::size_t index = random_.below(kPairs);
    Pair& pair = pairs_[index];
    if (!pair.watched) {
      open(index);
      return;
    }
    const int ours = pair.sockets.ours.get();
    const int peer = pair.sockets.peer.get();
    const std::uint64_t choice = random_.below(16);
    trace_ << "step " << choice << " of " << index << '\n';
    switch (choice) {
      case 0:
        unwatch(index);
        pair.sockets = {};
        return;
      case 1:
        pair.sockets.peer.reset();
        return;
      case 2:
        if (peer >= 0) {
          test::reset(std::move(pair.sockets.peer));
        }
        return;
      case 3:
        (void)::shutdown(peer, SHUT_WR);  // fails where it is closed, or was reset
        return;
      case 4:
        (void)::shutdown(ours, SHUT_WR);
        return;
      case 5:
      case 6:
        (void)test::read_available(ours, random_.between(1, 100'000));
        return;
      case 7:
        (void)test::read_available(ours);
        return;
      case 8:
        (void)test::read_available(peer);
        return;
      case 9:
        (void)test::write_available(ours, std::string(200'000, 'x'));
        return;
      case 10:
        (void)test::write_available(ours, std::string(random_.between(1, 5000), 'x'));
        return;
      case 11:
        (void)test::write_available(peer, std::string(random_.between(1, 5000), 'x'));
        return;
      case 12:  // on a number that was in use a moment ago
        unwatch(index);
        pair.sockets = {};
        open(index);
        return;
      default:
        rewatch(index, some_interest());
        return;
    }
  }

  void rewatch(std::size_t index, Interest interest) {
    trace_ << "watch " << index << " for " << static_cast<int>(interest) << '\n';
    for (const auto& watcher : watchers_) {
      ASSERT_FALSE(watcher->loop->rewatch(watcher->tokens[index], interest));
    }
  }

  std::string describe(const std::vector<Calls>& seen) const {
    std::ostringstream text;
    for (std::size_t i = 0; i < seen.size(); ++i) {
      text << watchers_[i]->loop->poller_name() << ':';
      for (const auto& [token, ready] : seen[i]) {
        text << " slot " << (token >> 32) << " ready " << static_cast<int>(ready);
      }
      text << '\n';
    }
    return text.str();
  }

  // A segment may arrive between the looks of two loops, so they may look again; what one poller
  // does not see at all they never agree upon.
  void expect_agreement() {
    const auto limit = std::chrono::steady_clock::now() + test::kPatience;
    std::vector<Calls> seen;
    do {
      seen.clear();
      for (const auto& watcher : watchers_) {
        seen.push_back(watcher->look());
      }
      if (std::all_of(seen.begin(), seen.end(),
                      [&](const Calls& calls) { return calls == seen[0]; })) {
        for (const auto& [token, ready] : seen[0]) {
          ++told_[static_cast<std::size_t>(ready)];
        }
        return;
      }
    } while (std::chrono::steady_clock::now() < limit);
    FAIL() << "they differ:\n" << describe(seen) << "after\n" << trace_.str();
  }

  test::Random random_{test::seed()};
  std::vector<std::unique_ptr<Watcher>> watchers_;
  Pair pairs_[kPairs];
  std::size_t told_[4] = {};  // how often somebody was told each set of Interest
  std::ostringstream trace_;
};

TEST_F(PollerDifferential, OneTraceGivesTheSameCallsOnAllPollers) {
  constexpr int kRounds = 40;
  constexpr int kSteps = 100;
  for (int round = 0; round < kRounds && !HasFatalFailure(); ++round) {
    trace_.str("");
    for (std::size_t index = 0; index < kPairs; ++index) {
      open(index);
    }
    for (int i = 0; i < kSteps && !HasFatalFailure(); ++i) {
      step();
      expect_agreement();
    }
    for (std::size_t index = 0; index < kPairs; ++index) {
      if (pairs_[index].watched) {
        unwatch(index);
      }
      pairs_[index].sockets = {};
    }
    expect_agreement();
  }
  for (const Interest ready : {Interest::kReadable, Interest::kWritable, Interest::kBoth}) {
    EXPECT_GT(told_[static_cast<std::size_t>(ready)], 0U) << "a trace that shows nothing";
  }
}

}  // namespace
}  // namespace halo
