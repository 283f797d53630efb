#include "reactor/happy_eyeballs.hpp"

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "reactor/error.hpp"
#include "reactor/limits.hpp"
#include "reactor/socket.hpp"
#include "tests/support/descriptors.hpp"
#include "tests/support/loops.hpp"
#include "tests/support/sockets.hpp"

namespace halo {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Endpoints = std::vector<Endpoint>;

Endpoint v4(std::uint8_t last) {
  return Endpoint::ip(Endpoint::Family::kIpv4, {192, 0, 2, last}, 80);
}
Endpoint v6(std::uint8_t last) {
  return Endpoint::ip(Endpoint::Family::kIpv6, {0x20, 1, last}, 80);
}

TEST(InterleaveFamilies, FamiliesTakeTurns) {
  EXPECT_EQ(interleave_families({v6(1), v6(2), v6(3), v4(1), v4(2)}),
            (Endpoints{v6(1), v4(1), v6(2), v4(2), v6(3)}));
}

TEST(InterleaveFamilies, FirstOneStaysFirst) {
  EXPECT_EQ(interleave_families({v4(1), v4(2), v6(1)}), (Endpoints{v4(1), v6(1), v4(2)}));
}

TEST(InterleaveFamilies, OneFamilyKeepsItsOrder) {
  EXPECT_EQ(interleave_families({v4(3), v4(1), v4(2)}), (Endpoints{v4(3), v4(1), v4(2)}));
  EXPECT_EQ(interleave_families({}), Endpoints{});
}

TEST(InterleaveFamilies, EachAddressComesOnce) {
  EXPECT_EQ(interleave_families({v4(1), v6(1), v4(1), v6(1)}), (Endpoints{v4(1), v6(1)}));
}

TEST(InterleaveFamilies, CountHasABoundAndBothFamiliesAreWithinIt) {
  Endpoints many;
  for (std::uint8_t i = 0; i < 200; ++i) {
    many.push_back(v6(i));
  }
  many.push_back(v4(1));
  const Endpoints order = interleave_families(many);
  EXPECT_EQ(order.size(), limits::kConnectAttemptsMax);
  EXPECT_EQ(order[1], v4(1));
}

/// Listeners of three kinds: one takes connections, one refuses, one does not answer at all.
class HappyEyeballsTest : public test::OnEveryPoller {
 protected:
  static Endpoint refusing() { return test::local_endpoint_of(test::listener_v4().get()); }

  Endpoint taking() {
    listeners_.push_back(test::listener_v4());
    return test::local_endpoint_of(listeners_.back().get());
  }

  /// The kernel drops what comes to a full backlog, as a broken network does.
  Endpoint silent(const Endpoint& at = Endpoint::loopback_v6(0)) {
    listeners_.push_back(std::move(*socket::listen(at, 0)));
    const Endpoint endpoint = test::local_endpoint_of(listeners_.back().get());
    for (int i = 0; i < 8; ++i) {
      listeners_.push_back(std::move(*socket::start_connect(endpoint)));
    }
    return endpoint;
  }

  void connect(const Endpoints& endpoints, const HappyEyeballsOptions& options = {}) {
    race_->connect(
        endpoints,
        [this](Result<OwnedFd> socket) {
          ++calls_;
          EXPECT_FALSE(race_->connecting());
          outcome_.emplace(std::move(socket));
        },
        options);
    EXPECT_TRUE(race_->connecting());
    EXPECT_EQ(calls_, 0) << "never during connect()";
  }

  void expect_no_outcome_for(Duration length) {
    test::run_while_busy(*loop_);
    clock_.advance(length - Duration(1));
    test::run_while_busy(*loop_);
    EXPECT_EQ(calls_, 0);
    clock_.advance(Duration(1));
  }

  void expect_outcome() {
    ASSERT_TRUE(test::run_until(*loop_, [this] { return calls_ > 0; }));
    clock_.advance(std::chrono::hours(1));
    EXPECT_EQ(loop_->run_once(Duration::zero()), 0U) << "nothing is left of the race";
    EXPECT_EQ(calls_, 1);
  }

  void expect_connected_to(const Endpoint& endpoint) {
    expect_outcome();
    ASSERT_TRUE(outcome_->has_value()) << outcome_->error().message();
    EXPECT_EQ(socket::peer_endpoint((*outcome_)->get()).value(), endpoint);
  }

  template <class Error>
  void expect_error(Error error) {
    expect_outcome();
    EXPECT_EQ(outcome_->error(), error) << outcome_->error().message();
  }

  std::vector<OwnedFd> listeners_;
  int calls_ = 0;
  std::optional<Result<OwnedFd>> outcome_;
  std::unique_ptr<HappyEyeballs> race_ = std::make_unique<HappyEyeballs>(*loop_);
};

HALO_ON_EVERY_POLLER(HappyEyeballsTest);

TEST_P(HappyEyeballsTest, FirstOneWinsWhereAllAnswer) {
  const Endpoint first = taking();
  connect({first, taking()});
  expect_connected_to(first);
}

TEST_P(HappyEyeballsTest, SilentAddressCostsOneDelay) {
  const Endpoint other = taking();
  connect({silent(), other});
  expect_no_outcome_for(milliseconds(250));
  expect_connected_to(other);
}

TEST_P(HappyEyeballsTest, EachSilentAddressCostsOneDelayOfTheLengthAskedFor) {
  const Endpoint other = taking();
  HappyEyeballsOptions options;
  options.attempt_delay = milliseconds(10);
  connect({silent(Endpoint::loopback_v4(0)), silent(Endpoint::loopback_v4(0)), other}, options);
  expect_no_outcome_for(milliseconds(10));
  expect_no_outcome_for(milliseconds(10));
  expect_connected_to(other);
}

TEST_P(HappyEyeballsTest, FailureStartsTheNextAttemptAtOnce) {
  const Endpoint other = taking();
  connect({refusing(), refusing(), other});
  expect_connected_to(other);
}

TEST_P(HappyEyeballsTest, AttemptThatWasSlowMayStillWin) {
  const OwnedFd slow = test::listener_v4(0);
  const Endpoint first = test::local_endpoint_of(slow.get());
  OwnedFd queued[2] = {std::move(*socket::start_connect(first)),
                       std::move(*socket::start_connect(first))};
  connect({first, silent()});
  expect_no_outcome_for(milliseconds(250));
  test::run_while_busy(*loop_);
  EXPECT_TRUE(test::run_until(*loop_, [this, &slow] {
    (void)socket::accept(slow.get(), nullptr);  // so there is room for a SYN that comes again
    return calls_ > 0;
  }));
  expect_connected_to(first);
}

TEST_P(HappyEyeballsTest, LosersAreClosed) {
  const Endpoint first = silent();
  const Endpoint other = taking();
  const std::size_t before = test::open_descriptors();
  connect({first, other});
  expect_no_outcome_for(milliseconds(250));
  expect_connected_to(other);
  EXPECT_EQ(test::open_descriptors(), before + 1);
}

TEST_P(HappyEyeballsTest, WhenAllFailTheMostTellingErrorIsTold) {
  const Endpoint missing = Endpoint::unix_path("/no/such/socket");
  for (const Endpoints& endpoints :
       {Endpoints{missing, refusing()}, Endpoints{refusing(), missing}}) {
    calls_ = 0;
    connect(endpoints);
    expect_error(std::errc::connection_refused);
  }
  calls_ = 0;
  connect({missing});
  expect_error(std::errc::no_such_file_or_directory);
}

TEST_P(HappyEyeballsTest, LackOfDescriptorsIsTold) {
  test::DescriptorShortage shortage(0);
  connect({Endpoint::loopback_v4(1), Endpoint::unix_path("/no/such/socket")});
  shortage.end();
  expect_error(std::errc::too_many_files_open);
}

TEST_P(HappyEyeballsTest, NoAddressIsAnError) {
  connect({});
  expect_error(std::errc::destination_address_required);
}

TEST_P(HappyEyeballsTest, TimeoutEndsAllAttempts) {
  const Endpoint first = silent();
  const Endpoint second = silent();
  const std::size_t before = test::open_descriptors();
  HappyEyeballsOptions options;
  options.timeout = seconds(3);
  connect({first, refusing(), second}, options);
  test::run_while_busy(*loop_);
  clock_.advance(milliseconds(250));
  expect_no_outcome_for(seconds(3) - milliseconds(250));
  expect_error(Errc::kConnectTimeout);
  EXPECT_EQ(test::open_descriptors(), before);
}

TEST_P(HappyEyeballsTest, WithoutATimeoutItWaitsAsLongAsTheKernel) {
  HappyEyeballsOptions options;
  options.timeout = Duration::zero();
  connect({silent()}, options);
  expect_no_outcome_for(std::chrono::hours(100));
  test::run_while_busy(*loop_);
  EXPECT_EQ(calls_, 0);
}

TEST_P(HappyEyeballsTest, CancelledRaceIsNeverTold) {
  const Endpoint quiet = silent();
  const Endpoint open = taking();
  const std::size_t before = test::open_descriptors();
  for (const Endpoints& endpoints :
       {Endpoints{}, Endpoints{quiet, open}, Endpoints{refusing()}, Endpoints{open}}) {
    for (const bool later : {false, true}) {
      connect(endpoints);
      if (later && endpoints.size() == 2) {
        expect_no_outcome_for(milliseconds(250));  // both are under way
        loop_->run_once(Duration::zero());
        if (calls_ > 0) {  // the second one was fast
          calls_ = 0;
          outcome_.reset();
        }
      }
      race_->cancel();
      EXPECT_FALSE(race_->connecting());
      clock_.advance(std::chrono::hours(1));
      EXPECT_EQ(loop_->run_once(Duration::zero()), 0U);
      EXPECT_EQ(calls_, 0);
      EXPECT_EQ(test::open_descriptors(), before);
    }
  }
  race_->cancel();  // nothing under way
}

TEST_P(HappyEyeballsTest, DestructionAbandonsTheAttempts) {
  connect({silent(), taking()});
  race_.reset();
  clock_.advance(std::chrono::hours(1));
  EXPECT_EQ(loop_->run_once(Duration::zero()), 0U);
  EXPECT_EQ(calls_, 0);
}

TEST_P(HappyEyeballsTest, CallbackMayDestroyTheRace) {
  for (const Endpoints& endpoints : {Endpoints{}, Endpoints{taking()}, Endpoints{refusing()}}) {
    bool told = false;
    auto race = std::make_unique<HappyEyeballs>(*loop_);
    race->connect(endpoints, [&](Result<OwnedFd>) {
      race.reset();
      told = true;
    });
    ASSERT_TRUE(test::run_until(*loop_, [&] { return told; }));
  }
}

TEST_P(HappyEyeballsTest, CallbackMayConnectAgain) {
  const Endpoint open = taking();
  bool connected = false;
  race_->connect({refusing(), refusing()}, [&](Result<OwnedFd> first) {
    EXPECT_FALSE(first);
    race_->connect({open}, [&](Result<OwnedFd> second) { connected = second.has_value(); });
  });
  EXPECT_TRUE(test::run_until(*loop_, [&] { return connected; }));
}

}  // namespace
}  // namespace halo
