// TLS, client and server of ours, under a system that fails whenever it may: seeded.

#include <deque>

#include <gtest/gtest.h>

#include "tests/reactor/faults.hpp"
#include "tests/reactor/tls/tls_fixture.hpp"
#include "tests/support/seed.hpp"
#include "tests/support/seeded_runs.hpp"

namespace halo {
namespace {

using test::FaultInjection;
using test::FaultPlan;
using test::Random;

/// Sends a text, and closes when all of it has come back.
struct Client {
  std::string to_send;
  test::Recorder recorder;
  test::Recorder server;

  void prepare() {
    recorder.may_never_open = true;
    server.may_never_open = true;
    recorder.open = [this](Connection& c) { c.send(to_send); };
    recorder.on_bytes = [this](Connection& c, std::string_view unread) {
      if (recorder.data.size() + unread.size() == to_send.size()) {
        c.close(CloseMode::kFlush);
      }
      return unread.size();
    };
    server.on_bytes = [](Connection& c, std::string_view unread) {
      c.send(unread);
      return unread.size();
    };
  }
};

class TlsFault : public test::TlsFixture {
 protected:
  void run_echo(const FaultPlan& plan, std::uint64_t seed, bool expect_whole) {
    Random random(seed);
    FaultInjection faults(plan, random.next());
    const TlsContext client_side = client_context();
    const TlsContext server_side = TlsContext::create_server(server_options_).value();
    std::deque<Client> clients(1 + random.below(4));
    const ConnectionOptions roomy{.unsent_high_mark_bytes = 2'000'000};
    table_ = std::make_unique<ConnectionTable>(*loop_, roomy);
    for (Client& client : clients) {
      client.to_send = test::pattern(1 + random.below(random.one_in(3) ? 400'000 : 5'000));
      client.prepare();
      test::SocketPair pair = test::tcp_pair();
      faults.enable(true);
      (void)table_->adopt(std::move(pair.peer), client.server.make_handler(),
                          TlsStream::to_client(server_side).value());
      (void)table_->adopt(std::move(pair.ours), client.recorder.make_handler(),
                          TlsStream::to_server(client_side, "example.test", 443).value());
      faults.enable(false);
    }
    const auto limit = std::chrono::steady_clock::now() + test::kPatience;
    while (table_->size() > 0 && std::chrono::steady_clock::now() < limit) {
      faults.enable(true);
      loop_->run_once(Duration::zero());
      faults.enable(false);
    }
    EXPECT_EQ(table_->size(), 0U) << "it hangs";
    for (const Client& client : clients) {
      EXPECT_TRUE(client.to_send.starts_with(client.recorder.data)) << "not a prefix";
      EXPECT_EQ(client.recorder.ends, 0) << "the server never ends first";
      const bool whole = client.recorder.data.size() == client.to_send.size();
      EXPECT_TRUE(whole || client.recorder.why) << "half of it, and no failure";
      if (expect_whole) {
        EXPECT_TRUE(whole) << client.recorder.data.size() << " of " << client.to_send.size() << ": "
                           << client.recorder.why.message();
        EXPECT_FALSE(client.recorder.why) << client.recorder.why.message();
        EXPECT_FALSE(client.server.why) << client.server.why.message();
      }
    }
    table_.reset();  // before the recorders
  }

  void run_many(const FaultPlan& plan, int runs, bool expect_whole) {
    test::run_with_seeds(runs, [&](std::uint64_t seed) { run_echo(plan, seed, expect_whole); });
  }
};

HALO_ON_EVERY_POLLER(TlsFault);

TEST_P(TlsFault, NothingIsLostWithoutFaults) { run_many({}, 5, true); }

TEST_P(TlsFault, ShortReadsAndWritesLoseNothing) {
  run_many({.short_reads = 70, .short_writes = 70}, 20, true);
}

TEST_P(TlsFault, SpuriousEventsLoseNothing) { run_many({.would_block = 40}, 20, true); }

TEST_P(TlsFault, InterruptedCallsLoseNothing) { run_many({.interrupted = 40}, 20, true); }

TEST_P(TlsFault, AllOfThemTogetherLoseNothing) {
  run_many({.short_reads = 30,
            .short_writes = 30,
            .would_block = 20,
            .interrupted = 20,
            .fewer_events = 30},
           30, true);
}

TEST_P(TlsFault, ResetsCutOffAndNeverPassHalfForWhole) {
  run_many({.short_reads = 30,
            .short_writes = 30,
            .would_block = 10,
            .interrupted = 10,
            .resets = 3,
            .fewer_events = 30},
           60, false);
}

}  // namespace
}  // namespace halo
