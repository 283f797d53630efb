// The reactor under a system that fails whenever it may: seeded, on every poller. And what its path
// costs in calls.

#include <deque>
#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "reactor/acceptor.hpp"
#include "reactor/connection_table.hpp"
#include "reactor/socket.hpp"
#include "tests/reactor/echo_handler.hpp"
#include "tests/reactor/faults.hpp"
#include "tests/reactor/recorder.hpp"
#include "tests/reactor/stream_beneath.hpp"
#include "tests/support/seed.hpp"
#include "tests/support/seeded_runs.hpp"

namespace halo {
namespace {

using test::FaultInjection;
using test::FaultPlan;
using test::Random;

// What a client sends is echoed; it reads and writes in pieces of any size.
struct Client {
  OwnedFd socket;
  std::string to_send;
  std::size_t sent = 0;
  std::string received;
  bool finished_sending = false;
  bool ended = false;

  // One step of its own; the faults are off meanwhile.
  void step(Random& random) {
    if (ended) {
      return;
    }
    if (sent < to_send.size()) {
      const std::size_t piece = 1 + random.below(random.one_in(4) ? 100'000 : 500);
      sent += test::write_available(socket.get(), std::string_view(to_send).substr(sent, piece));
    } else if (!finished_sending) {
      finished_sending = true;
      (void)socket::shutdown_write(socket.get());  // the server may have reset it
    }
    ended = test::read_into(socket.get(), received, 1 + random.below(100'000));
    if (ended) {
      socket.reset();
    }
  }
};

class Fault : public test::OnEveryPoller {
 protected:
  // Clients against an echo server until all is over. Returns how many resets were injected.
  std::uint64_t run_echo(const FaultPlan& plan, std::uint64_t seed, bool expect_whole) {
    Random random(seed);
    FaultInjection faults(plan, random.next());
    ConnectionTable table(*loop_);
    OwnedFd listener = test::listener_v4(64);
    const Endpoint at = test::local_endpoint_of(listener.get());
    Acceptor acceptor(*loop_, std::move(listener), [&](OwnedFd socket, const Endpoint&) {
      (void)table.adopt(std::move(socket), std::make_unique<test::EchoHandler>(),
                        test::stream_beneath());
    });
    EXPECT_FALSE(acceptor.start());

    std::deque<Client> clients(1 + random.below(5));
    for (Client& client : clients) {
      client.socket = test::connect_to(at);
      client.to_send = test::pattern(random.below(random.one_in(3) ? 600'000 : 5'000));
    }
    const auto over = [&] {
      for (const Client& client : clients) {
        if (!client.ended) {
          return false;
        }
      }
      return table.size() == 0;
    };
    const auto limit = std::chrono::steady_clock::now() + test::kPatience;
    while (!over() && std::chrono::steady_clock::now() < limit) {
      clock_.advance(std::chrono::milliseconds(1));  // an acceptor's pause ends
      faults.enable(true);
      loop_->run_once(Duration::zero());
      faults.enable(false);
      for (Client& client : clients) {
        client.step(random);
      }
    }
    EXPECT_TRUE(over()) << "it hangs";
    for (const Client& client : clients) {
      EXPECT_TRUE(client.to_send.starts_with(client.received))
          << "what comes back is not a prefix of what was sent";
      if (expect_whole) {
        EXPECT_EQ(client.received.size(), client.to_send.size());
      }
    }
    return faults.calls().resets;
  }

  void run_many(const FaultPlan& plan, int runs, bool expect_whole) {
    test::run_with_seeds(runs, [&](std::uint64_t seed) { run_echo(plan, seed, expect_whole); });
  }
};

HALO_ON_EVERY_POLLER(Fault);

TEST_P(Fault, NothingIsLostWithoutFaults) { run_many({}, 10, true); }

TEST_P(Fault, ShortReadsAndWritesLoseNothing) {
  run_many({.short_reads = 70, .short_writes = 70}, 40, true);
}

TEST_P(Fault, SpuriousEventsLoseNothing) { run_many({.would_block = 40}, 40, true); }

TEST_P(Fault, InterruptedCallsLoseNothing) { run_many({.interrupted = 40}, 40, true); }

TEST_P(Fault, PartialBatchesLoseNothing) { run_many({.fewer_events = 80}, 40, true); }

TEST_P(Fault, FailingAcceptsLoseNothing) {
  run_many({.no_descriptor = 50, .aborted = 50}, 40, true);
}

TEST_P(Fault, AllOfThemTogetherLoseNothing) {
  run_many({.short_reads = 30,
            .short_writes = 30,
            .would_block = 20,
            .interrupted = 20,
            .no_descriptor = 20,
            .aborted = 20,
            .fewer_events = 30},
           60, true);
}

TEST_P(Fault, ResetsCutOffAndNeverMixUpOrHang) {
  run_many({.short_reads = 30,
            .short_writes = 30,
            .would_block = 10,
            .interrupted = 10,
            .resets = 3,
            .no_descriptor = 10,
            .aborted = 10,
            .fewer_events = 30},
           100, false);
}

// The price of the path, in system calls. Nothing is injected here.

class SystemCallCount : public test::ConnectionFixture {
 protected:
  // One request and its answer; what the loop called meanwhile.
  test::SystemCalls exchange() {
    FaultInjection faults({}, 1);
    test::write_all(pair_.peer.get(), "request");
    faults.enable(true);
    const int before = recorder_.data_calls;
    while (recorder_.data_calls == before) {
      loop_->run_once(std::chrono::milliseconds(1));
    }
    faults.enable(false);
    return faults.calls();
  }
};

HALO_ON_EVERY_POLLER(SystemCallCount);

TEST_P(SystemCallCount, AnswersOfOneEventLeaveInOneWrite) {
  recorder_.on_bytes = [](Connection& c, std::string_view unread) {
    for (int i = 0; i < 100; ++i) {
      c.send("answer ");
    }
    return unread.size();
  };
  adopt();
  (void)exchange();
  const test::SystemCalls calls = exchange();
  EXPECT_EQ(calls.sends, 1U);
  EXPECT_EQ(calls.receives, 1U) << "not read again until it would block";
  EXPECT_EQ(calls.changes, 0U) << "writability is not watched while the kernel takes all";
  EXPECT_EQ(calls.waits, 1U);
}

TEST_P(SystemCallCount, SendsOutsideAnEventLeaveInOneWriteForEachConnection) {
  Connection& connection = adopt();
  FaultInjection faults({}, 1);
  faults.enable(true);
  for (int i = 0; i < 100; ++i) {
    connection.send("news ");
  }
  loop_->run_once(Duration::zero());
  EXPECT_EQ(faults.calls().sends, 1U);
  EXPECT_EQ(faults.calls().changes, 0U);
  faults.enable(false);
}

TEST_P(SystemCallCount, ConnectionThatWasResetByItsHandlerIsNotWrittenTo) {
  recorder_.on_bytes = [](Connection& c, std::string_view unread) {
    c.send("dropped");
    c.close(CloseMode::kReset);
    return unread.size();
  };
  adopt();
  EXPECT_EQ(exchange().sends, 0U);
}

}  // namespace
}  // namespace halo
