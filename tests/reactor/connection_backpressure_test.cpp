// A peer that reads slowly, or not at all: contracts C3 and C4.

#include <algorithm>
#include <cstdint>
#include <string>

#include <gtest/gtest.h>

#include "reactor/connection.hpp"
#include "reactor/error.hpp"
#include "reactor/limits.hpp"
#include "tests/reactor/recorder.hpp"
#include "tests/support/seed.hpp"

namespace halo {
namespace {

class ConnectionBackpressure : public test::ConnectionFixture {
 protected:
  ConnectionBackpressure() {
    pair_ = test::unix_pair();  // its buffers do not grow by themselves
    test::make_buffers_small(pair_.ours.get());
    test::make_buffers_small(pair_.peer.get());
  }

  // Sends until more than `bytes` wait; returns how many were sent in all.
  std::size_t clog(Connection& connection, std::size_t bytes) {
    std::size_t sent = 0;
    while (recorder_.closes == 0 && connection.unsent_bytes() <= bytes) {
      connection.send(test::pattern(1000, sent));
      sent += 1000;
      turn();
    }
    return sent;
  }

  std::string read_at_peer(std::size_t size) {
    std::string received;
    EXPECT_TRUE(until([&] {
      test::read_into(pair_.peer.get(), received);
      return received.size() >= size;
    })) << received.size();
    return received;
  }
};

HALO_ON_EVERY_POLLER(ConnectionBackpressure);

TEST_P(ConnectionBackpressure, ReadingStopsAboveTheHighMarkUntilThePeerHasTakenAll) {
  options_.unsent_high_mark_bytes = 20'000;
  Connection& connection = adopt();
  const std::size_t sent = clog(connection, 20'000);
  EXPECT_FALSE(connection.reading());
  test::write_all(pair_.peer.get(), "more");
  for (int i = 0; i < 3; ++i) {
    turn();
  }
  EXPECT_EQ(recorder_.data_calls, 0);
  EXPECT_EQ(turn(), 0U) << "a clogged connection does not spin";

  EXPECT_TRUE(read_at_peer(sent) == test::pattern(sent));
  ASSERT_TRUE(until([&] { return recorder_.data == "more"; }));
  EXPECT_TRUE(connection.reading());
  EXPECT_EQ(recorder_.drains, 1);
  EXPECT_EQ(connection.unsent_bytes(), 0U);
}

TEST_P(ConnectionBackpressure, BelowTheHighMarkReadingGoesOn) {
  Connection& connection = adopt();
  clog(connection, 1000);
  EXPECT_TRUE(connection.reading());
  test::write_all(pair_.peer.get(), "more");
  ASSERT_TRUE(until([&] { return recorder_.data == "more"; }));
}

TEST_P(ConnectionBackpressure, MessagesLeftAboveTheMarkComeAgainWhenThePeerHasTakenAll) {
  // Each byte is a message with a large answer; no new byte arrives afterwards.
  constexpr std::size_t kAnswer = 200'000;
  const std::string messages = "abcdefgh";
  options_.unsent_high_mark_bytes = 5'000;
  recorder_.on_bytes = [](Connection& c, std::string_view unread) {
    std::size_t consumed = 0;
    while (consumed < unread.size() && c.reading()) {
      c.send(std::string(kAnswer, unread[consumed++]));
    }
    return consumed;
  };
  adopt();
  test::write_all(pair_.peer.get(), messages);
  ASSERT_TRUE(until([&] { return recorder_.data_calls == 1; }));
  EXPECT_LT(recorder_.data.size(), messages.size());
  const std::string received = read_at_peer(messages.size() * kAnswer);
  EXPECT_GT(recorder_.data_calls, 1);
  std::string expected;
  for (const char message : messages) {
    expected += std::string(kAnswer, message);
  }
  EXPECT_TRUE(received == expected);
}

TEST_P(ConnectionBackpressure, OutputPastTheMaximumClosesTheConnection) {
  options_.unsent_high_mark_bytes = 1000;
  options_.unsent_bytes_max = 50'000;
  clog(adopt(), 60'000);
  EXPECT_EQ(recorder_.closes, 1);
  EXPECT_EQ(recorder_.why, Errc::kOutputOverflow);
}

TEST_P(ConnectionBackpressure, OutputPastTheMaximumInOneEventClosesTheConnection) {
  options_.unsent_bytes_max = 50'000;
  recorder_.on_bytes = [](Connection& c, std::string_view unread) {
    for (int i = 0; i < 1000; ++i) {
      c.send(std::string(10'000, 'x'));
    }
    EXPECT_TRUE(c.closing());
    return unread.size();
  };
  adopt();
  test::write_all(pair_.peer.get(), "x");
  ASSERT_TRUE(until([&] { return recorder_.closes == 1; }));
  EXPECT_EQ(recorder_.why, Errc::kOutputOverflow);
}

TEST_P(ConnectionBackpressure, SendThatIsLargerThanTheMaximumByFarClosesTheConnection) {
  options_.unsent_bytes_max = 1000;
  Connection& connection = adopt();
  connection.send(std::string(10'000'000, 'x'));
  settle();
  EXPECT_EQ(recorder_.why, Errc::kOutputOverflow);
}

TEST_P(ConnectionBackpressure, LargeAnswerInOneEventIsSentWhole) {
  const std::size_t size = limits::kGatherBytesMax * 3 + 17;
  recorder_.on_bytes = [&](Connection& c, std::string_view unread) {
    for (std::size_t sent = 0; sent < size;) {
      const std::size_t piece = std::min<std::size_t>(50'001, size - sent);
      c.send(test::pattern(piece, sent));
      sent += piece;
    }
    return unread.size();
  };
  adopt();
  test::write_all(pair_.peer.get(), "x");
  EXPECT_TRUE(read_at_peer(size) == test::pattern(size));
  settle();
  EXPECT_EQ(recorder_.drains, 1);
}

TEST_P(ConnectionBackpressure, DrainIsNotToldWhenNothingHadToWait) {
  Connection& connection = adopt();
  connection.send("small");
  settle();
  EXPECT_EQ(recorder_.drains, 0);
}

TEST_P(ConnectionBackpressure, MillionSendsFromOnDrainDoNotGrowTheStack) {
  constexpr std::size_t kSends = 1'000'000;
  constexpr std::size_t kPerDrain = 20'000;  // more than the kernel takes at once
  std::uintptr_t lowest = UINTPTR_MAX;
  std::uintptr_t highest = 0;
  std::size_t sent = 0;
  recorder_.drain = [&](Connection& c) {
    // Not the address of a variable, which AddressSanitizer may keep elsewhere.
    const auto here = reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0));
    lowest = std::min(lowest, here);
    highest = std::max(highest, here);
    for (std::size_t i = 0; i < kPerDrain && sent < kSends; ++i) {
      c.send("x");
      ++sent;
    }
  };
  Connection& connection = adopt();
  const std::size_t before = clog(connection, 10'000);
  std::size_t received = 0;
  ASSERT_TRUE(until([&] {
    received += test::read_available(pair_.peer.get()).bytes.size();
    return received == before + kSends;
  })) << received;
  EXPECT_GE(static_cast<std::size_t>(recorder_.drains), kSends / kPerDrain);
  EXPECT_LT(highest - lowest, 4096U);
}

TEST_P(ConnectionBackpressure, OrderIsKeptWhereverBytesAreSentFrom) {
  test::Random random(test::seed());
  options_.unsent_bytes_max = 1'000'000'000;
  std::size_t sent = 0;
  const auto send_some = [&](Connection& c) {
    const std::size_t size =
        random.one_in(20) ? random.below(2 * limits::kGatherBytesMax) : random.below(500);
    c.send(test::pattern(size, sent));
    sent += size;
  };
  recorder_.drain = send_some;
  recorder_.on_bytes = [&](Connection& c, std::string_view unread) {
    send_some(c);
    send_some(c);
    return unread.size();
  };
  Connection& connection = adopt();
  std::string received;
  for (int i = 0; i < 3000; ++i) {
    switch (random.below(4)) {
      case 0:
        send_some(connection);
        break;
      case 1:
        loop_->post([&] { send_some(connection); });
        break;
      case 2:
        (void)test::write_available(pair_.peer.get(), "x");
        break;
      default:
        test::read_into(pair_.peer.get(), received, random.below(100'000));
    }
    if (random.one_in(2)) {
      turn();
    }
  }
  recorder_.drain = nullptr;
  ASSERT_TRUE(until([&] {
    test::read_into(pair_.peer.get(), received);
    return received.size() >= sent;
  })) << received.size()
      << " of " << sent;
  EXPECT_TRUE(received == test::pattern(sent));
}

}  // namespace
}  // namespace halo
