// What things cost in memory, by counting every allocation of this program: contract C5 and the
// slab's promise.

#include <sys/socket.h>

#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "reactor/slab.hpp"
#include "tests/reactor/echo_handler.hpp"
#include "tests/reactor/recorder.hpp"
#include "tests/reactor/udp_fixture.hpp"
#include "tests/support/allocations.hpp"

namespace halo {
namespace {

class Memory : public test::ConnectionFixture {
 protected:
  static constexpr std::size_t kConnections = 256;

  void adopt_many() {
    pairs_.reserve(kConnections);
    for (std::size_t i = 0; i < kConnections; ++i) {
      pairs_.push_back(test::unix_pair());
    }
    table_ = std::make_unique<ConnectionTable>(*loop_, options_);
    before_ = test::bytes_in_use();
    for (test::SocketPair& pair : pairs_) {
      ASSERT_TRUE(
          table_->adopt(std::move(pair.ours), std::make_unique<test::EchoHandler>()).has_value());
    }
    settle();
  }
  std::size_t bytes_per_connection() const {
    return (test::bytes_in_use() - before_) / kConnections;
  }

  std::vector<test::SocketPair> pairs_;
  std::size_t before_ = 0;
};

HALO_ON_EVERY_POLLER(Memory);

TEST_P(Memory, IdleConnectionCostsLessThanHalfAKibibyte) {
  options_.idle_timeout = std::chrono::minutes(1);  // its timer is part of the price
  adopt_many();
  RecordProperty("bytes_per_connection", static_cast<int>(bytes_per_connection()));
  EXPECT_LE(bytes_per_connection(), 512U);
  EXPECT_GT(bytes_per_connection(), 0U) << "the count works";
}

TEST_P(Memory, ConnectionThatIsIdleAgainHoldsNoBuffer) {
  adopt_many();
  const std::size_t fresh = test::bytes_in_use();
  const std::string sent = test::pattern(100'000);
  std::string received;
  received.reserve(sent.size());
  const std::size_t own = test::bytes_in_use() - fresh;
  for (const test::SocketPair& pair : pairs_) {
    received.clear();
    std::size_t written = 0;
    ASSERT_TRUE(until([&] {
      written += test::write_available(pair.peer.get(), std::string_view(sent).substr(written));
      test::read_into(pair.peer.get(), received);
      return received.size() == sent.size();
    }));
  }
  settle();
  // The loop's own buffers may have grown, once and not for each connection.
  EXPECT_LE(test::bytes_in_use() - fresh - own, std::size_t{1} << 20);
  EXPECT_LE((test::bytes_in_use() - fresh - own) / kConnections, 4096U);
}

TEST_P(Memory, ExchangeAllocatesNothing) {
  adopt_many();
  const int peer = pairs_.front().peer.get();
  std::string received;
  received.reserve(1000);
  const auto exchange = [&] {
    test::write_all(peer, "hello");
    while (received.size() < 5) {
      loop_->run_once(std::chrono::milliseconds(1));
      char room[16];
      const ssize_t count = ::recv(peer, room, sizeof room, 0);
      received.append(room, static_cast<std::size_t>(count > 0 ? count : 0));
    }
    received.clear();
  };
  for (int i = 0; i < 10; ++i) {
    exchange();  // buffers reach their size
  }
  const std::size_t before = test::allocations();
  for (int i = 0; i < 1000; ++i) {
    exchange();
  }
  EXPECT_EQ(test::allocations() - before, 0U);
}

TEST_P(Memory, PostsAndTimersAllocateNothing) {
  int runs = 0;
  const auto round = [&] {
    for (int i = 0; i < 50; ++i) {
      loop_->post([&runs] { ++runs; });
      loop_->run_after(Duration::zero(), [&runs] { ++runs; });
    }
    loop_->run_once(Duration::zero());
  };
  for (int i = 0; i < 10; ++i) {
    round();
  }
  const std::size_t before = test::allocations();
  for (int i = 0; i < 100; ++i) {
    round();
  }
  EXPECT_EQ(test::allocations() - before, 0U);
  EXPECT_EQ(runs, 110 * 100);
}

class DatagramMemory : public test::UdpFixture {};
HALO_ON_EVERY_POLLER(DatagramMemory);

TEST_P(DatagramMemory, DatagramAllocatesNothing) {
  recorder_.on_batch = test::echo;
  recorder_.batches.reserve(1000);
  for (const UdpOptions& way : all_ways()) {
    options_ = way;
    recorder_.batches.clear();
    bind();
    const OwnedFd client = test::datagram_client(at());
    const std::string bytes = test::pattern(1000);
    std::uint64_t sent = 0;
    const auto exchange = [&] {
      for (std::size_t i = 0; i < 20; ++i) {
        test::send_datagram(client.get(), std::string_view(bytes).substr(0, 100 * (i % 10)));
        ++sent;
      }
      while (udp_->tallies().sent.value() < sent) {
        loop_->run_once(std::chrono::milliseconds(1));
      }
      char room[1000];
      while (::recv(client.get(), room, sizeof room, 0) >= 0) {
      }
    };
    for (int i = 0; i < 3; ++i) {
      exchange();
    }
    const std::size_t before = test::allocations();
    for (int i = 0; i < 20; ++i) {
      exchange();
    }
    EXPECT_EQ(test::allocations() - before, 0U);
  }
}

TEST_P(DatagramMemory, SocketReservesWhatItsOptionsSayAndNoMore) {
  const std::size_t before = test::bytes_in_use();
  bind();
  const std::size_t windows = 64 * (64 * 1024 + 192);
  EXPECT_GE(test::bytes_in_use() - before, windows) << "the count works";
  EXPECT_LE(test::bytes_in_use() - before, windows + options_.unsent_bytes_max + 300 * 1024);
}

TEST(MemoryOfASlab, ChunksWithoutObjectsAreGivenBackButOne) {
  struct Large {
    char bytes[1000];
  };
  const std::size_t before = test::bytes_in_use();
  Slab<Large> slab;
  std::vector<Token> tokens;
  tokens.reserve(100 * limits::kSlabChunkSlots);
  const std::size_t chunk = sizeof(Large) * limits::kSlabChunkSlots;
  for (std::size_t i = 0; i < 100 * limits::kSlabChunkSlots; ++i) {
    tokens.push_back(slab.insert().first);
  }
  EXPECT_GE(test::bytes_in_use() - before, 100 * chunk);
  for (const Token token : tokens) {
    slab.erase(token);
  }
  EXPECT_LE(test::bytes_in_use() - before, 2 * chunk + tokens.capacity() * sizeof(Token));
}

TEST(MemoryOfASlab, SizeThatSwingsAroundAChunksEdgeDoesNotAllocate) {
  Slab<int> slab;
  for (std::size_t i = 0; i < limits::kSlabChunkSlots; ++i) {
    slab.insert(0);
  }
  slab.erase(slab.insert(0).first);
  const std::size_t before = test::allocations();
  for (int i = 0; i < 1000; ++i) {
    slab.erase(slab.insert(0).first);
  }
  EXPECT_EQ(test::allocations() - before, 0U);
}

}  // namespace
}  // namespace halo
