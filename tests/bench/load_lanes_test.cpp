// Lanes over real sockets, on every poller: through the driver, to servers on the same loop.

#include <functional>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "bench/load/asking.hpp"
#include "bench/load/driver.hpp"
#include "bench/load/lane_opener.hpp"
#include "bench/load/open_loop.hpp"
#include "bench/loop_steps.hpp"
#include "protocols/hello/hello_session.hpp"
#include "reactor/udp_socket.hpp"
#include "tests/bench/loop_server.hpp"
#include "tests/support/descriptors.hpp"
#include "tests/support/loops.hpp"
#include "tests/support/sockets.hpp"

namespace halo::bench::load {
namespace {

using std::chrono::milliseconds;

/// Answers each line with what `answer` says, which may also close.
class Lines final : public ConnectionHandler {
 public:
  using Answer = std::function<void(Connection&, std::string_view line)>;
  explicit Lines(Answer answer) : answer_(std::move(answer)) {}

  std::size_t on_data(Connection& connection, std::span<const std::byte> unread) override {
    const std::string_view text = test::as_text(unread);
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) {
      return 0;
    }
    answer_(connection, text.substr(0, end + 1));
    return end + 1;
  }

 private:
  Answer answer_;
};

/// Answers each datagram with what `answer` makes of it; empty: not at all.
class Datagrams final : public DatagramHandler {
 public:
  using Answer = std::function<std::string(std::string_view)>;

  Datagrams(EventLoop& loop, Answer answer)
      : answer_(std::move(answer)),
        socket_(std::move(*UdpSocket::bind(loop, Endpoint::loopback_v4(0), *this))) {}

  const Endpoint& endpoint() const { return socket_->local_endpoint(); }

  void on_datagrams(UdpSocket& socket, std::span<const Datagram> datagrams) override {
    for (const Datagram& datagram : datagrams) {
      const std::string answer = answer_(test::as_text(datagram.bytes));
      if (!answer.empty()) {
        (void)socket.send(*datagram.peer, test::as_bytes(answer));
      }
    }
  }

 private:
  Answer answer_;
  std::unique_ptr<UdpSocket> socket_;
};

class LoadLanes : public testing::TestWithParam<PollerKind> {
 protected:
  /// Asks at 500 a second for 200 ms.
  Tallies run(const Asking& asking, std::size_t connections = 3, std::size_t depth = 1) {
    OpenLoopOptions options;
    options.connections = connections;
    options.depth = depth;
    options.rate = 500;
    options.window = milliseconds(200);
    options.timeout = timeout_;
    Tallies tallies = run_open_loop(*loop_, asking, options, *interrupt_);
    EXPECT_EQ(tallies.due, tallies.answered + tallies.failed + tallies.missed);
    return tallies;
  }

  Tallies run_lines(Lines::Answer answer) {
    LoopServer server(*loop_, [answer] { return std::make_unique<Lines>(answer); });
    Asking asking;
    asking.server = server.endpoint();
    asking.question = "{n}\n";
    asking.match = Match::kNumber;
    return run(asking);
  }

  Tallies run_datagrams(Datagrams::Answer answer, const std::string& question, std::size_t depth,
                        std::size_t sockets = 3) {
    Datagrams server(*loop_, std::move(answer));
    Asking asking;
    asking.protocol = Protocol::kUdp;
    asking.server = server.endpoint();
    asking.question = question;
    asking.match = depth == 1 ? Match::kOrder : Match::kNumber;
    return run(asking, sockets, depth);
  }

  Duration timeout_ = test::kPatience;
  hello::HelloOptions hello_;
  std::unique_ptr<EventLoop> loop_ = test::make_loop(GetParam());
  std::unique_ptr<Interrupt> interrupt_ = std::move(*Interrupt::create(*loop_));
};

TEST_P(LoadLanes, AnHonestServerMakesNoFailures) {
  LoopServer server(
      *loop_, [this] { return std::make_unique<hello::HelloSession<hello::LineDecoder>>(hello_); });
  const Tallies tallies = run(hello_lines(server.endpoint()), 5, 4);
  EXPECT_EQ(tallies.opened, 5U);
  EXPECT_EQ(tallies.due, 99U);
  EXPECT_EQ(tallies.failed, 0U);
  EXPECT_TRUE(tallies.failures.empty());
  EXPECT_EQ(server.accepted(), 5U);
  const OpenLoopResult result = open_loop_result(500, tallies);
  EXPECT_EQ(result.response, tallies.latency.response);
  EXPECT_EQ(result.missed, tallies.missed);
}

/// So many connections do not overflow the server's backlog.
TEST_P(LoadLanes, ABoundedNumberOfAttemptsIsUnderWay) {
  const OwnedFd listener = test::listener_v4(1024);
  std::size_t connected = 0;
  const std::size_t before = test::open_descriptors();
  LaneOpener opener(*loop_, test::local_endpoint_of(listener.get()), {}, test::kPatience,
                    [&connected](std::uint32_t /*lane*/, TimePoint /*began*/,
                                 const Result<OwnedFd>& socket) { connected += socket ? 1 : 0; });
  constexpr std::uint32_t kLanes = LaneOpener::kUnderWayMax + 44;
  for (std::uint32_t lane = 0; lane < kLanes; ++lane) {
    opener.open(lane);
  }
  EXPECT_EQ(test::open_descriptors(), before + LaneOpener::kUnderWayMax);
  EXPECT_TRUE(run_until(*loop_, test::kPatience, [&] { return connected == kLanes; }));
}

TEST_P(LoadLanes, NobodyListens) {
  const Endpoint nobody = test::local_endpoint_of(test::listener_v4().get());
  const Tallies tallies = run(hello_lines(nobody));
  EXPECT_EQ(tallies.opened, 0U);
  ASSERT_EQ(tallies.failures.size(), 1U);
  EXPECT_EQ(errno_name(tallies.failures.begin()->second.why), "ECONNREFUSED");
}

TEST_P(LoadLanes, AConnectionThatIsCutFailsItsQuestionAndIsOpenedAgain) {
  std::size_t asked = 0;
  const Tallies tallies = run_lines([&asked](Connection& connection, std::string_view line) {
    if (++asked % 10 == 0) {
      connection.close(CloseMode::kReset);
    } else {
      connection.send(line);
    }
  });
  EXPECT_GE(tallies.failed, 5U);
  EXPECT_GE(tallies.answered, 50U);
  EXPECT_GE(tallies.reopened + 3, tallies.failed);
  ASSERT_EQ(tallies.failures.size(), 1U) << tallies.failures.begin()->first;
  EXPECT_EQ(errno_name(tallies.failures.begin()->second.why), "ECONNRESET");
}

TEST_P(LoadLanes, AnOrderlyCloseBeforeTheAnswerIsClosedEarly) {
  const Tallies tallies = run_lines(
      [](Connection& connection, std::string_view) { connection.close(CloseMode::kFlush); });
  EXPECT_EQ(tallies.answered, 0U);
  EXPECT_EQ(tallies.failures.at("closed early").times, tallies.failed);
}

TEST_P(LoadLanes, MoreThanWasAskedForEndsItsConnection) {
  const Tallies tallies = run_lines([](Connection& connection, std::string_view line) {
    connection.send(std::string(line) + "and more\n");
  });
  EXPECT_GE(tallies.answered, tallies.asked / 2) << "what was asked for came first";
  EXPECT_GE(tallies.reopened, 20U) << "nobody knows any more what belongs to what";
}

TEST_P(LoadLanes, SilenceIsATimeOut) {
  timeout_ = milliseconds(50);
  const Tallies tallies = run_lines([](Connection&, std::string_view) {});
  EXPECT_EQ(tallies.answered, 0U);
  EXPECT_GE(tallies.failures.at("time-out").times, 6U);
}

TEST_P(LoadLanes, DatagramsFindTheirQuestionsByNumber) {
  timeout_ = std::chrono::seconds(2);
  std::string kept;  // each answer comes one too late
  const Tallies tallies = run_datagrams(
      [&kept](std::string_view question) {
        std::string before = std::exchange(kept, std::string(question));
        return before;
      },
      "{n}", 8, 1);
  EXPECT_EQ(tallies.answered + 1, tallies.asked) << "the last one's answer waits for another one";
  EXPECT_EQ(tallies.surplus, 0U);
}

TEST_P(LoadLanes, ALostDatagramCostsNobodyElseAnything) {
  timeout_ = milliseconds(50);
  std::size_t asked = 0;
  const Tallies tallies = run_datagrams(
      [&asked](std::string_view question) {
        return ++asked % 10 == 0 ? std::string() : std::string(question);
      },
      "{n}", 8);
  EXPECT_GE(tallies.failed, 9U);
  EXPECT_LE(tallies.failed, 10U);
  EXPECT_EQ(tallies.reopened, 0U);
}

TEST_P(LoadLanes, WithoutANumberALostDatagramCostsItsSocket) {
  timeout_ = milliseconds(50);
  std::size_t asked = 0;
  const Tallies tallies = run_datagrams(
      [&asked](std::string_view question) {
        return ++asked % 10 == 0 ? std::string() : std::string(question);
      },
      "x", 1);
  EXPECT_GE(tallies.reopened, 1U) << "a late answer would pass for the next one's";
  EXPECT_LE(tallies.reopened, tallies.failed);
}

INSTANTIATE_TEST_SUITE_P(, LoadLanes,
                         testing::ValuesIn(available_pollers().begin(), available_pollers().end()),
                         test::poller_test_name);

}  // namespace
}  // namespace halo::bench::load
