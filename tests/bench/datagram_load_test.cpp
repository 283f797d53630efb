#include "bench/datagram_load.hpp"

#include <array>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "protocols/hello/datagram_session.hpp"
#include "tests/bench/datagram_proxy.hpp"
#include "tests/bench/print_counts.hpp"

namespace halo::bench {
namespace {

using std::chrono::milliseconds;

/// A load with a server of the test's own behaviour, on one loop.
class DatagramLoadTest : public testing::TestWithParam<PollerKind> {
 protected:
  using Answer = std::function<void(UdpSocket&, const Datagram&)>;

  void serve(Answer answer) {
    server_.on_batch = [answer](UdpSocket& socket, std::span<const Datagram> datagrams) {
      for (const Datagram& datagram : datagrams) {
        answer(socket, datagram);
      }
    };
    server_socket_ = UdpSocket::bind(*loop_, Endpoint::loopback_v4(0), server_).value();
  }

  static void say(UdpSocket& socket, const Datagram& to, std::string_view text) {
    EXPECT_FALSE(socket.send(*to.peer, test::as_bytes(text)));
  }
  static std::string answer_to(const Datagram& question) {
    return "Hello, " + std::string(test::as_text(question.bytes)) + "!";
  }

  DatagramLoadOptions options(std::size_t sockets, std::size_t window) const {
    DatagramLoadOptions options;
    options.server = server_socket_->local_endpoint();
    options.sockets = sockets;
    options.window = window;
    options.answer_timeout = test::kPatience;
    return options;
  }

  std::unique_ptr<EventLoop> loop_ = test::make_loop(GetParam());
  std::unique_ptr<Interrupt> interrupt_ = std::move(*Interrupt::create(*loop_));
  test::DatagramRecorder server_;
  std::unique_ptr<UdpSocket> server_socket_;
};
HALO_ON_EVERY_POLLER(DatagramLoadTest);

TEST_P(DatagramLoadTest, AnHonestServerLosesNothing) {
  hello::DatagramSession session(hello::LoopGuard::kOn);
  server_socket_ = UdpSocket::bind(*loop_, Endpoint::loopback_v4(0), session).value();
  DatagramLoad load(*loop_, options(8, 32), *interrupt_);
  ASSERT_EQ(load.open(), 8U);
  std::uint64_t answers = 0;
  for (int i = 0; i < 3; ++i) {
    load.start();
    EXPECT_GE(load.answers(), 32U);  // as many as were asked at once
    EXPECT_GE(load.run_for(milliseconds(20)), milliseconds(20));
    EXPECT_GT(load.latency().count(), 0U);
    load.drain();
    EXPECT_GE(load.answers(), 32U + load.latency().count());
    answers += load.answers();
  }
  EXPECT_EQ(*load.datagrams(), (DatagramCounts{.asked = answers, .answered = answers}));
  EXPECT_EQ(session.judged(hello::DatagramVerdict::kAnswer), answers);
  EXPECT_TRUE(load.errors().empty()) << load.errors().begin()->first;
}

/// A server that answers only when a whole window is there would wait for ever for a smaller one.
TEST_P(DatagramLoadTest, TheWindowIsFullAtTheServerAgainAndAgain) {
  constexpr std::size_t kWindow = 64;
  std::map<std::uint16_t, std::size_t> clients;
  std::vector<std::pair<DatagramPeer, std::string>> waiting;
  std::size_t windows = 0;
  serve([&](UdpSocket& socket, const Datagram& question) {
    waiting.emplace_back(*question.peer, answer_to(question));
    ++clients[question.peer->port()];
    ASSERT_LE(waiting.size(), kWindow);
    if (waiting.size() == kWindow) {
      ++windows;
      for (const auto& [peer, answer] : waiting) {
        EXPECT_FALSE(socket.send(peer, test::as_bytes(answer)));
      }
      waiting.clear();
    }
  });
  DatagramLoad load(*loop_, options(8, kWindow), *interrupt_);
  ASSERT_EQ(load.open(), 8U);
  load.start();
  while (windows < 10) {
    load.run_for(milliseconds(1));
  }
  EXPECT_EQ(clients.size(), 8U);
  std::size_t served = 0;
  for (const auto& [port, questions] : clients) {
    served += questions;
    EXPECT_GE(questions, windows * kWindow / 8);  // the same from each, in each window
  }
  EXPECT_EQ(served, windows * kWindow + waiting.size());
}

TEST_P(DatagramLoadTest, AWindowOfOneAsksOverEachSocketInTurn) {
  std::vector<std::uint16_t> clients;
  serve([&](UdpSocket& socket, const Datagram& question) {
    clients.push_back(question.peer->port());
    say(socket, question, answer_to(question));
  });
  DatagramLoad load(*loop_, options(8, 1), *interrupt_);
  ASSERT_EQ(load.open(), 8U);
  load.start();
  while (clients.size() < 24) {
    load.run_for(milliseconds(1));
  }
  EXPECT_EQ(std::set<std::uint16_t>(clients.begin(), clients.begin() + 8).size(), 8U);
  for (std::size_t i = 8; i < clients.size(); ++i) {
    EXPECT_EQ(clients[i], clients[i - 8]) << i;
  }
}

TEST_P(DatagramLoadTest, ASilentServerMakesLossesAndNoErrors) {
  serve([](UdpSocket&, const Datagram&) {});
  DatagramLoadOptions options = this->options(2, 4);
  options.answer_timeout = milliseconds(20);
  DatagramLoad load(*loop_, options, *interrupt_);
  ASSERT_EQ(load.open(), 2U);
  load.start();
  load.drain();
  const DatagramCounts counts = *load.datagrams();
  EXPECT_GE(counts.lost, 4U);
  EXPECT_EQ(counts, (DatagramCounts{.asked = counts.lost, .lost = counts.lost}));
  EXPECT_EQ(load.answers(), 0U);
  EXPECT_TRUE(load.errors().empty());
}

TEST_P(DatagramLoadTest, BytesThatMatchNoQuestionAreWrong) {
  serve([](UdpSocket& socket, const Datagram& question) {
    say(socket, question, "Hello, you!");
    say(socket, question, "");
    say(socket, question, "Hello, 00000000000000ff!");  // will not be asked
    say(socket, question, answer_to(question));
  });
  DatagramLoad load(*loop_, options(1, 1), *interrupt_);
  ASSERT_EQ(load.open(), 1U);
  load.start();
  load.drain();
  const DatagramCounts counts = *load.datagrams();
  EXPECT_EQ(counts.wrong, 3 * counts.answered);
  EXPECT_EQ(counts.answered, counts.asked);
  EXPECT_EQ(load.errors(), (ErrorCounts{{"wrong answer", counts.wrong}}));
}

TEST_P(DatagramLoadTest, WhereNobodyIsTheAskingEnds) {
  DatagramLoadOptions options;
  options.server = test::closed_datagram_port();
  options.answer_timeout = milliseconds(20);
  DatagramLoad load(*loop_, options, *interrupt_);
  ASSERT_EQ(load.open(), 1U);
  load.start();
  EXPECT_LT(load.run_for(test::kPatience), Duration(test::kPatience));
  load.drain();
  EXPECT_EQ(load.errors(), (ErrorCounts{{"Connection refused", 1}}));
  EXPECT_EQ(*load.datagrams(), (DatagramCounts{.asked = 1, .lost = 1}));
}

TEST_P(DatagramLoadTest, ThereAreNoIdleConnections) {
  serve([](UdpSocket&, const Datagram&) {});
  DatagramLoad load(*loop_, options(1, 1), *interrupt_);
  EXPECT_EQ(load.open_idle(5), 0U);
}

/// As DatagramLoadTest, with a clock that moves when the test says so.
class DatagramLoadTimeTest : public test::OnEveryPoller {
 protected:
  std::unique_ptr<Interrupt> interrupt_ = std::move(*Interrupt::create(*loop_));
};
HALO_ON_EVERY_POLLER(DatagramLoadTimeTest);

/// The four figures and the answered ones, exactly, over a network that harms known questions.
TEST_P(DatagramLoadTimeTest, CountsExactlyWhatANetworkDoes) {
  constexpr std::size_t kWindow = 32;
  constexpr Duration kRound = kWindow * DatagramProxy::kStep;
  // One in ten rounds, so that few places wait at a time; each time on another place.
  constexpr std::array kFates = {Fate::kLoseQuestion, Fate::kHold,   Fate::kOvertake,
                                 Fate::kDouble,       Fate::kDouble, Fate::kLoseAnswer,
                                 Fate::kOvertake,     Fate::kDouble};
  std::map<std::uint64_t, Fate> plan;
  std::map<Fate, std::uint64_t> planned;
  for (std::uint64_t i = 0; i < 36; ++i) {
    const Fate fate = kFates[i % kFates.size()];
    plan[2 * kWindow + (10 * kWindow + 1) * i] = fate;
    ++planned[fate];
  }
  hello::DatagramSession session(hello::LoopGuard::kOn);
  const auto server = UdpSocket::bind(*loop_, Endpoint::loopback_v4(0), session).value();
  DatagramProxy proxy(*loop_, clock_, server->local_endpoint(), plan, kWindow);
  DatagramLoadOptions options;
  options.server = proxy.endpoint();
  options.sockets = 4;
  options.window = kWindow;
  options.answer_timeout = 100 * kRound;
  options.clock = &clock_;
  DatagramLoad load(*loop_, options, *interrupt_);
  ASSERT_EQ(load.open(), 4U);
  load.start();
  load.run_for(700 * kRound);
  load.drain();

  for (const auto& [fate, times] : planned) {
    EXPECT_EQ(proxy.met(fate), times) << "fate " << static_cast<int>(fate);
  }
  DatagramCounts expected;
  expected.asked = proxy.questions();
  expected.lost = planned[Fate::kLoseQuestion] + planned[Fate::kLoseAnswer];
  expected.late = planned[Fate::kHold];
  expected.duplicated = planned[Fate::kDouble];
  expected.reordered = planned[Fate::kOvertake];
  expected.answered = expected.asked - expected.lost - expected.late;
  EXPECT_EQ(*load.datagrams(), expected);
  EXPECT_EQ(load.answers(), expected.answered);
  EXPECT_TRUE(load.errors().empty());
}

/// The load was busy elsewhere: the time-out is over, but all answers are here, far more of them
/// than one event takes.
TEST_P(DatagramLoadTimeTest, WhatHasArrivedIsTakenBeforeATimeOutIsDeclared) {
  constexpr std::size_t kWindow = 256;
  constexpr Duration kTimeout = milliseconds(50);
  test::DatagramRecorder recorder;
  std::vector<std::string> waiting;
  recorder.on_batch = [&](UdpSocket& socket, std::span<const Datagram> datagrams) {
    for (const Datagram& datagram : datagrams) {
      waiting.push_back("Hello, " + std::string(test::as_text(datagram.bytes)) + "!");
    }
    if (waiting.size() == kWindow) {
      for (const std::string& answer : waiting) {
        EXPECT_FALSE(socket.send(*datagrams[0].peer, test::as_bytes(answer)));
      }
      waiting.clear();
      clock_.advance(kTimeout);
    }
  };
  UdpOptions one_by_one;
  one_by_one.gso = Offload::kOff;
  one_by_one.receive_buffer_bytes = 1024 * 1024;
  const auto server =
      UdpSocket::bind(*loop_, Endpoint::loopback_v4(0), recorder, one_by_one).value();
  DatagramLoadOptions options;
  options.server = server->local_endpoint();
  options.window = kWindow;
  options.answer_timeout = kTimeout;
  options.clock = &clock_;
  DatagramLoad load(*loop_, options, *interrupt_);
  ASSERT_EQ(load.open(), 1U);
  load.start();
  load.drain();
  const DatagramCounts counts = *load.datagrams();
  EXPECT_GE(counts.answered, kWindow);
  EXPECT_EQ(counts, (DatagramCounts{.asked = counts.answered, .answered = counts.answered}));
}

}  // namespace
}  // namespace halo::bench
