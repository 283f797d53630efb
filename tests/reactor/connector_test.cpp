#include "reactor/connector.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include <gtest/gtest.h>

#include "reactor/error.hpp"
#include "reactor/socket.hpp"
#include "tests/support/descriptors.hpp"
#include "tests/support/loops.hpp"
#include "tests/support/sockets.hpp"

namespace halo {
namespace {

using std::chrono::seconds;

class ConnectorTest : public test::OnEveryPoller {
 protected:
  Connector::OnConnect note() {
    return [this](Result<OwnedFd> socket) {
      ++calls_;
      EXPECT_FALSE(connector_->connecting());
      outcome_.emplace(std::move(socket));
    };
  }
  // An outcome that came while the loop ran.
  void expect_outcome() {
    EXPECT_EQ(calls_, 0) << "never during connect()";
    ASSERT_TRUE(test::run_until(*loop_, [this] { return calls_ > 0; }));
    EXPECT_EQ(loop_->run_once(Duration::zero()), 0U);
    EXPECT_EQ(calls_, 1);
  }
  // A port that was free a moment ago.
  static Endpoint unused() { return test::local_endpoint_of(test::listener_v4().get()); }

  // A listener whose backlog is full: a further connect hangs.
  void fill(const OwnedFd& listener) {
    for (int i = 0; i < 8; ++i) {
      waiting_.push_back(
          std::move(*socket::start_connect(test::local_endpoint_of(listener.get()))));
    }
  }

  std::vector<OwnedFd> waiting_;
  int calls_ = 0;
  std::optional<Result<OwnedFd>> outcome_;
  std::unique_ptr<Connector> connector_ = std::make_unique<Connector>(*loop_);
};

HALO_ON_EVERY_POLLER(ConnectorTest);

TEST_P(ConnectorTest, GivesAConnectedSocket) {
  for (const Endpoint& at : {Endpoint::loopback_v4(0), Endpoint::loopback_v6(0)}) {
    calls_ = 0;
    const Result<OwnedFd> listener = socket::listen(at, 4);
    connector_->connect(test::local_endpoint_of(listener->get()), note());
    EXPECT_TRUE(connector_->connecting());
    expect_outcome();
    ASSERT_TRUE(outcome_->has_value()) << outcome_->error().message();
    test::write_all((*outcome_)->get(), "hello");
    const Result<OwnedFd> accepted = socket::accept(listener->get(), nullptr);
    ASSERT_TRUE(test::wait_readable(accepted->get()));
    EXPECT_EQ(test::read_available(accepted->get()).bytes, "hello");
  }
}

TEST_P(ConnectorTest, RefusedConnectIsAnError) {
  connector_->connect(unused(), note());
  expect_outcome();
  EXPECT_EQ(outcome_->error(), std::errc::connection_refused);
}

TEST_P(ConnectorTest, ErrorThatIsKnownAtOnceIsStillToldLater) {
  connector_->connect(Endpoint::unix_path("/no/such/socket"), note());
  EXPECT_TRUE(connector_->connecting());
  expect_outcome();
  EXPECT_EQ(outcome_->error(), std::errc::no_such_file_or_directory);
}

TEST_P(ConnectorTest, LackOfDescriptorsIsAnError) {
  test::DescriptorShortage shortage(0);
  connector_->connect(Endpoint::loopback_v4(1), note());
  shortage.end();
  expect_outcome();
  EXPECT_EQ(outcome_->error(), std::errc::too_many_files_open);
}

TEST_P(ConnectorTest, ConnectThatHangsEndsWithTheTimeout) {
  const OwnedFd listener = test::listener_v4(0);
  fill(listener);
  connector_->connect(test::local_endpoint_of(listener.get()), note(),
                      {.timeout = seconds(5), .from = {}});
  test::run_while_busy(*loop_);
  clock_.advance(seconds(5) - Duration(1));
  test::run_while_busy(*loop_);
  ASSERT_EQ(calls_, 0);
  clock_.advance(Duration(1));
  expect_outcome();
  EXPECT_EQ(outcome_->error(), Errc::kConnectTimeout);
}

TEST_P(ConnectorTest, WithoutATimeoutItWaitsAsLongAsTheKernel) {
  const OwnedFd listener = test::listener_v4(0);
  fill(listener);
  connector_->connect(test::local_endpoint_of(listener.get()), note(),
                      {.timeout = Duration::zero(), .from = {}});
  clock_.advance(std::chrono::hours(100));
  test::run_while_busy(*loop_);
  EXPECT_EQ(calls_, 0);
}

TEST_P(ConnectorTest, TimeoutDoesNotComeAfterSuccess) {
  const OwnedFd listener = test::listener_v4();
  connector_->connect(test::local_endpoint_of(listener.get()), note());
  expect_outcome();
  clock_.advance(std::chrono::hours(1));
  EXPECT_EQ(loop_->run_once(Duration::zero()), 0U);
  EXPECT_EQ(calls_, 1);
}

TEST_P(ConnectorTest, ConnectToItselfIsAnError) {
  // A source port that is the destination's: what a busy client meets by chance, made certain.
  const Endpoint self = unused();
  connector_->connect(self, note(), {.timeout = seconds(5), .from = self});
  expect_outcome();
  EXPECT_EQ(outcome_->error(), Errc::kSelfConnect);
}

TEST_P(ConnectorTest, SourceAddressMayBeChosen) {
  const OwnedFd listener = test::listener_v4();
  const Endpoint from = Endpoint::parse("127.0.0.3:0").value();
  connector_->connect(test::local_endpoint_of(listener.get()), note(),
                      {.timeout = seconds(5), .from = from});
  expect_outcome();
  if (outcome_->error() == std::errc::address_not_available) {
    GTEST_SKIP() << "127.0.0.3 is no address here: macOS and FreeBSD give lo0 127.0.0.1 alone";
  }
  EXPECT_EQ(test::local_endpoint_of((*outcome_)->get()).address_string(), "127.0.0.3");
}

TEST_P(ConnectorTest, CancelledAttemptIsNeverTold) {
  const std::size_t before = test::open_descriptors();
  const OwnedFd listener = test::listener_v4();
  for (const Endpoint& to : {test::local_endpoint_of(listener.get()), unused(),
                             Endpoint::unix_path("/no/such/socket")}) {
    connector_->connect(to, note());
    connector_->cancel();
    EXPECT_FALSE(connector_->connecting());
  }
  connector_->cancel();  // nothing under way
  clock_.advance(std::chrono::hours(1));
  EXPECT_EQ(loop_->run_once(Duration::zero()), 0U);
  EXPECT_EQ(calls_, 0);
  EXPECT_EQ(test::open_descriptors(), before + 1);
}

TEST_P(ConnectorTest, DestructionAbandonsTheAttempt) {
  const OwnedFd listener = test::listener_v4();
  connector_->connect(test::local_endpoint_of(listener.get()), note());
  connector_.reset();
  clock_.advance(std::chrono::hours(1));
  EXPECT_EQ(loop_->run_once(Duration::zero()), 0U);
  EXPECT_EQ(calls_, 0);
}

TEST_P(ConnectorTest, CallbackMayDestroyTheConnector) {
  const OwnedFd listener = test::listener_v4();
  for (const Endpoint& to : {test::local_endpoint_of(listener.get()), unused(),
                             Endpoint::unix_path("/no/such/socket")}) {
    bool told = false;
    auto connector = std::make_unique<Connector>(*loop_);
    connector->connect(to, [&](Result<OwnedFd>) {
      connector.reset();
      told = true;
    });
    ASSERT_TRUE(test::run_until(*loop_, [&] { return told; }));
  }
}

TEST_P(ConnectorTest, CallbackMayConnectAgain) {
  // A client that tries until somebody listens.
  const Endpoint to = unused();
  OwnedFd listener;
  int refusals = 0;
  bool connected = false;
  std::function<void(Result<OwnedFd>)> retry = [&](Result<OwnedFd> socket) {
    if (socket.has_value()) {
      connected = true;
      return;
    }
    if (++refusals == 3) {
      listener = std::move(*socket::listen(to, 4));
    }
    connector_->connect(to, retry);
  };
  connector_->connect(to, retry);
  ASSERT_TRUE(test::run_until(*loop_, [&] { return connected; }));
  EXPECT_EQ(refusals, 3);
}

TEST_P(ConnectorTest, SocketThatNobodyKeepsIsClosed) {
  const OwnedFd listener = test::listener_v4();
  const std::size_t before = test::open_descriptors();
  connector_->connect(test::local_endpoint_of(listener.get()), note());
  expect_outcome();
  outcome_.reset();
  EXPECT_EQ(test::open_descriptors(), before);
}

using ConnectorDeathTest = ConnectorTest;
HALO_ON_EVERY_POLLER(ConnectorDeathTest);

TEST_P(ConnectorDeathTest, SecondAttemptAtATimeAborts) {
  const Endpoint to = unused();
  connector_->connect(to, note());
  EXPECT_DEATH(connector_->connect(to, note()), "one attempt at a time");
}

}  // namespace
}  // namespace halo
