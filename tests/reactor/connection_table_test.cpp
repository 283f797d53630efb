#include "reactor/connection_table.hpp"

#include <memory>
#include <vector>

#include <gtest/gtest.h>

#include "tests/reactor/recorder.hpp"
#include "tests/reactor/stream_beneath.hpp"
#include "tests/support/descriptors.hpp"

namespace halo {
namespace {

using test::Recorder;
using test::SocketPair;

class ConnectionTableTest : public test::ConnectionFixture {
 protected:
  void adopt_many(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      pairs_.push_back(test::unix_pair());
      recorders_.push_back(std::make_unique<Recorder>());
      adopt(pairs_.back(), *recorders_.back());
    }
  }
  int closed() const {
    int count = 0;
    for (const auto& recorder : recorders_) {
      count += recorder->closes;
    }
    return count;
  }

  std::vector<SocketPair> pairs_;
  std::vector<std::unique_ptr<Recorder>> recorders_;
};

HALO_ON_EVERY_POLLER(ConnectionTableTest);

TEST_P(ConnectionTableTest, CountsItsConnections) {
  adopt_many(200);
  EXPECT_EQ(table_->size(), 200U);
  EXPECT_EQ(&table_->loop(), loop_.get());
  pairs_.clear();
  ASSERT_TRUE(until([&] { return table_->size() == 0; }));
  EXPECT_EQ(closed(), 200);
}

TEST_P(ConnectionTableTest, VisitReachesEachAndMayCloseAny) {
  adopt_many(50);
  int visits = 0;
  table_->for_each([&](Connection&) {
    ++visits;
    table_->for_each([](Connection& c) { c.close(CloseMode::kReset); });
  });
  EXPECT_EQ(visits, 50);
  settle();
  EXPECT_EQ(closed(), 50);
}

TEST_P(ConnectionTableTest, DestructionOutsideTheLoopClosesBeforeItReturns) {
  adopt_many(50);
  table_.reset();
  EXPECT_EQ(closed(), 50);
  for (const auto& recorder : recorders_) {
    EXPECT_TRUE(recorder->destroyed);
  }
}

TEST_P(ConnectionTableTest, DestructionInsideTheLoopClosesAtTheEndOfTheIteration) {
  adopt_many(50);
  loop_->post([&] {
    table_.reset();
    EXPECT_EQ(closed(), 0);
  });
  turn();
  EXPECT_EQ(closed(), 50);
}

TEST_P(ConnectionTableTest, DestructionResetsPeers) {
  adopt();
  table_.reset();
  EXPECT_EQ(read_all_at(pair_.peer.get()).error, ECONNRESET);
}

TEST_P(ConnectionTableTest, OneTableGoesWhileAnotherStays) {
  adopt_many(3);
  SocketPair pair = test::unix_pair();
  Recorder recorder;
  ConnectionTable another(*loop_);
  ASSERT_TRUE(another.adopt(std::move(pair.ours), recorder.make_handler(), test::stream_beneath())
                  .has_value());
  table_.reset();
  test::write_all(pair.peer.get(), "hello");
  ASSERT_TRUE(until([&] { return recorder.data == "hello"; }));
}

TEST_P(ConnectionTableTest, SocketThatThePollerDoesNotTakeIsAnError) {
  adopt();
  const int number = test::unix_pair().ours.get();  // closed by now
  Recorder recorder;
  EXPECT_EQ(table_->adopt(OwnedFd(number), recorder.make_handler(), test::stream_beneath()).error(),
            std::errc::bad_file_descriptor);
  EXPECT_EQ(recorder.opens, 0);
  EXPECT_EQ(recorder.closes, 0);
  EXPECT_TRUE(recorder.destroyed);
  EXPECT_EQ(table_->size(), 1U);
}

TEST_P(ConnectionTableTest, OwnerIsToldOfEachRemovalAfterOnClose) {
  int removed = 0;
  Recorder recorder;
  SocketPair pair = test::unix_pair();
  table_ = std::make_unique<ConnectionTable>(*loop_, options_, [&](Connection& c) {
    EXPECT_EQ(recorder.closes, 1);
    EXPECT_TRUE(c.closing());
    ++removed;
  });
  adopt(pair, recorder);
  pair.peer.reset();
  ASSERT_TRUE(until([&] { return removed == 1; }));
  EXPECT_TRUE(recorder.destroyed);
}

TEST_P(ConnectionTableTest, OptionsAreThoseOfTheConstructor) {
  options_.unsent_bytes_max = 12'345;
  adopt();
  EXPECT_EQ(table_->options().unsent_bytes_max, 12'345U);
}

TEST_P(ConnectionTableTest, DescriptorsAreGivenBack) {
  const std::size_t before = test::open_descriptors();
  adopt_many(10);
  table_.reset();
  pairs_.clear();
  EXPECT_EQ(test::open_descriptors(), before);
}

}  // namespace
}  // namespace halo
