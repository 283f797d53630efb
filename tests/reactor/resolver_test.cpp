#include "reactor/resolver.hpp"

#include <atomic>
#include <latch>
#include <map>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "reactor/error.hpp"
#include "tests/support/loops.hpp"

namespace halo {
namespace {

using Endpoints = std::vector<Endpoint>;

/// A resolver's other side, ours to hang: each name waits until it is let go. It is shared with the
/// threads, which may outlive the test.
class Names {
 public:
  Result<Endpoints> look_up(const std::string& name) {
    ++begun_;
    while (!answers_now(name)) {
      std::this_thread::yield();
    }
    if (name == "nowhere") {
      return std::make_error_code(std::errc::host_unreachable);
    }
    return Endpoints{Endpoint::loopback_v6(0), Endpoint::loopback_v4(0)};
  }

  void hang(const std::string& name, bool hangs = true) {
    const std::lock_guard lock(mutex_);
    hangs_[name] = hangs;
  }
  void let_go(const std::string& name) { hang(name, false); }
  int begun() const { return begun_; }

 private:
  bool answers_now(const std::string& name) {
    const std::lock_guard lock(mutex_);
    return !hangs_[name];
  }

  std::mutex mutex_;
  std::map<std::string, bool> hangs_;  // guarded by mutex_
  std::atomic<int> begun_{0};
};

class ResolverTest : public test::OnEveryPoller {
 protected:
  void make_resolver(std::size_t threads = 2, std::size_t requests_max = 1000) {
    ResolverOptions options;
    options.threads = threads;
    options.requests_max = requests_max;
    options.look_up = [names = names_](const std::string& host, AddressFamilies families) {
      return families == AddressFamilies::kIpv6 ? Endpoints{Endpoint::loopback_v6(0)}
                                                : names->look_up(host);
    };
    resolver_ = std::make_unique<Resolver>(*loop_, options);
  }

  ResolveId ask(const std::string& name, std::uint16_t port = 80) {
    return resolver_->resolve(name, port, [this, name](Result<Endpoints> endpoints) {
      told_.push_back(name);
      last_.emplace(std::move(endpoints));
    });
  }

  testing::AssertionResult run_until_told(std::size_t count) {
    return test::run_until(*loop_, [this, count] { return told_.size() >= count; });
  }
  testing::AssertionResult run_until_begun(int count) {
    return test::run_until(*loop_, [this, count] { return names_->begun() >= count; });
  }
  void TearDown() override {
    for (const char* name : {"a", "b", "c", "d"}) {
      names_->let_go(name);  // else the threads would turn for ever
    }
  }

  std::shared_ptr<Names> names_ = std::make_shared<Names>();
  std::vector<std::string> told_;
  std::optional<Result<Endpoints>> last_;
  std::unique_ptr<Resolver> resolver_;
};

HALO_ON_EVERY_POLLER(ResolverTest);

TEST_P(ResolverTest, GivesAllAddressesWithThePort) {
  make_resolver();
  ask("a", 8080);
  EXPECT_TRUE(told_.empty()) << "never during resolve()";
  ASSERT_TRUE(run_until_told(1));
  EXPECT_EQ(last_->value(), (Endpoints{Endpoint::loopback_v6(8080), Endpoint::loopback_v4(8080)}));
  EXPECT_EQ(resolver_->requests(), 0U);
}

TEST_P(ResolverTest, AsksTheSystemByDefault) {
  Resolver resolver(*loop_);
  resolver.resolve(
      "localhost", 80, [this](Result<Endpoints> found) { last_.emplace(found); },
      AddressFamilies::kIpv4);
  ASSERT_TRUE(test::run_until(*loop_, [this] { return last_.has_value(); }));
  EXPECT_EQ(last_->value(), Endpoints{Endpoint::loopback_v4(80)});
}

TEST_P(ResolverTest, NumericAddressNeedsNoThread) {
  make_resolver();
  ask("192.0.2.1", 80);
  EXPECT_TRUE(told_.empty()) << "never during resolve()";
  ASSERT_TRUE(run_until_told(1));
  EXPECT_EQ(last_->value(), Endpoints{Endpoint::parse("192.0.2.1:80").value()});
  EXPECT_EQ(names_->begun(), 0);
}

TEST_P(ResolverTest, TellsWhyThereIsNone) {
  make_resolver();
  ask("nowhere");
  ASSERT_TRUE(run_until_told(1));
  EXPECT_EQ(last_->error(), std::errc::host_unreachable);
}

TEST_P(ResolverTest, FamiliesOfOneNameAreSeparateQuestions) {
  make_resolver();
  names_->hang("a");
  ask("a");
  resolver_->resolve(
      "a", 80, [this](Result<Endpoints> found) { last_.emplace(found); }, AddressFamilies::kIpv6);
  ASSERT_TRUE(test::run_until(*loop_, [this] { return last_.has_value(); }));
  EXPECT_EQ(last_->value(), Endpoints{Endpoint::loopback_v6(80)});
  EXPECT_TRUE(told_.empty());
}

TEST_P(ResolverTest, NameThatHangsDelaysNoOther) {
  make_resolver(2);
  names_->hang("a");
  ask("a");
  ASSERT_TRUE(run_until_begun(1));
  for (const char* name : {"b", "192.0.2.1", "c", "b"}) {
    ask(name);
  }
  ASSERT_TRUE(run_until_told(4));
  EXPECT_EQ(resolver_->requests(), 1U);
  names_->let_go("a");
  ASSERT_TRUE(run_until_told(5));
  EXPECT_EQ(told_.back(), "a");
}

TEST_P(ResolverTest, RequestsForOneNameOccupyOneThread) {
  make_resolver(2);
  names_->hang("a");
  for (int i = 0; i < 100; ++i) {
    ask("a");
  }
  ask("b");
  ASSERT_TRUE(run_until_told(1));
  EXPECT_EQ(told_, std::vector<std::string>{"b"});
  EXPECT_EQ(names_->begun(), 2);
  names_->let_go("a");
  ASSERT_TRUE(run_until_told(101));
  EXPECT_EQ(names_->begun(), 2);
}

TEST_P(ResolverTest, FurtherNamesWaitForAThread) {
  make_resolver(2);
  for (const char* name : {"a", "b", "c"}) {
    names_->hang(name);
    ask(name);
  }
  ASSERT_TRUE(run_until_begun(2));
  names_->let_go("c");
  test::run_while_busy(*loop_);
  EXPECT_EQ(names_->begun(), 2) << "no more than there are threads";
  names_->let_go("b");
  ASSERT_TRUE(run_until_told(2));
  EXPECT_EQ(told_, (std::vector<std::string>{"b", "c"}));
}

TEST_P(ResolverTest, CancelledRequestIsNeverTold) {
  make_resolver(1);
  names_->hang("a");
  const ResolveId under_way = ask("a");
  const ResolveId of_the_same = ask("a");
  const ResolveId waiting = ask("b");
  const ResolveId numeric = ask("192.0.2.1");
  ask("a");
  ASSERT_TRUE(run_until_begun(1));
  ASSERT_TRUE(run_until_told(1));  // the numeric one, which waits for no thread
  for (const ResolveId id : {under_way, of_the_same, waiting}) {
    EXPECT_TRUE(resolver_->cancel(id));
    EXPECT_FALSE(resolver_->cancel(id)) << "only once";
  }
  EXPECT_FALSE(resolver_->cancel(numeric)) << "told meanwhile";
  EXPECT_FALSE(resolver_->cancel({}));
  names_->let_go("a");
  ask("d");
  ASSERT_TRUE(run_until_told(3));
  EXPECT_EQ(told_, (std::vector<std::string>{"192.0.2.1", "a", "d"}));
  EXPECT_EQ(names_->begun(), 2) << "what was cancelled while it waited is not looked up";
}

TEST_P(ResolverTest, AnswerOnItsWayCanBeCancelled) {
  make_resolver();
  ResolveId second;
  int told = 0;
  resolver_->resolve("a", 80, [&](Result<Endpoints>) {
    ++told;
    EXPECT_TRUE(resolver_->cancel(second));
  });
  second = ask("a");
  EXPECT_TRUE(resolver_->cancel(ask("192.0.2.1")));
  ASSERT_TRUE(test::run_until(*loop_, [&] { return told > 0; }));
  test::run_while_busy(*loop_);
  EXPECT_TRUE(told_.empty());
  EXPECT_EQ(resolver_->requests(), 0U);
}

TEST_P(ResolverTest, CallbackMayAskForTheSameNameAgain) {
  make_resolver();
  bool again = false;
  resolver_->resolve("a", 80, [&](Result<Endpoints>) { ask("a"); });
  resolver_->resolve("a", 80, [&](Result<Endpoints>) { again = true; });
  ASSERT_TRUE(run_until_told(1));
  EXPECT_TRUE(again);
  EXPECT_EQ(names_->begun(), 2) << "a fresh answer to a fresh question";
}

TEST_P(ResolverTest, CallbackThatThrowsLosesNoOther) {
  make_resolver();
  resolver_->resolve("a", 80, [](Result<Endpoints>) { throw std::runtime_error("mine"); });
  ask("a");
  EXPECT_THROW((void)run_until_told(1), std::runtime_error);
  EXPECT_TRUE(run_until_told(1));
}

TEST_P(ResolverTest, CallbackMayDestroyTheResolver) {
  make_resolver();
  bool told = false;
  resolver_->resolve("a", 80, [&](Result<Endpoints>) {
    resolver_.reset();
    told = true;
  });
  ask("a");
  ASSERT_TRUE(test::run_until(*loop_, [&] { return told; }));
  test::run_while_busy(*loop_);
  EXPECT_TRUE(told_.empty());
}

TEST_P(ResolverTest, TooManyRequestsAreRefused) {
  make_resolver(1, 2);
  names_->hang("a");
  ask("a");
  ask("a");
  ask("b");
  EXPECT_TRUE(told_.empty()) << "never during resolve()";
  ASSERT_TRUE(run_until_told(1));
  EXPECT_EQ(told_, std::vector<std::string>{"b"});
  EXPECT_EQ(last_->error(), Errc::kQueueFull);
}

TEST_P(ResolverTest, NameThatHangsDoesNotHoldUpTheEnd) {
  make_resolver(1);
  names_->hang("a");
  ask("a");
  ask("b");
  ASSERT_TRUE(run_until_begun(1));
  resolver_.reset();
  loop_.reset();
  names_->let_go("a");  // its thread finds nobody, and takes the last of the resolver with it
  ASSERT_TRUE(test::wait_until([this] { return names_.use_count() == 1; }));
  EXPECT_TRUE(told_.empty());
  EXPECT_EQ(names_->begun(), 1);
}

TEST_P(ResolverTest, AnswersRaceWithTheEnd) {
  for (int round = 0; round < 200; ++round) {
    make_resolver(2);
    ask("a");
    ask("b");
    if (round % 2 == 0) {
      (void)run_until_told(told_.size() + 1);
    }
    resolver_.reset();
    if (round % 4 < 2) {
      loop_ = test::make_loop(GetParam(), clock_);  // without a turn for what was posted
    }
  }
  ASSERT_TRUE(test::wait_until([this] {
    test::run_while_busy(*loop_);
    return names_.use_count() == 1;
  }));
}

}  // namespace
}  // namespace halo
