// Whatever a callback does to its own connection, to another one or to their owner: every
// connection gets one on_open and one on_close, nothing dies while it is in use (run this under
// AddressSanitizer), and the loop goes on.

#include <array>
#include <memory>
#include <string>
#include <tuple>

#include <gtest/gtest.h>

#include "reactor/connection.hpp"
#include "tests/reactor/recorder.hpp"
#include "tests/reactor/stream_beneath.hpp"

namespace halo {
namespace {

using test::Recorder;
using test::SocketPair;

enum class Where { kOpen, kData, kEnd, kDrain, kClose, kTimer, kTask };
enum class What {
  kFlushSelf,
  kResetSelf,
  kFlushOther,
  kResetOther,
  kSend,
  kSendMuchAndFlush,
  kPauseResumeFlush,
  kAdoptAnother,
  kDestroyOwner
};

constexpr std::array kWhere = {"OnOpen", "OnData", "OnEnd", "OnDrain", "OnClose", "Timer", "Task"};
constexpr std::array kWhat = {"FlushSelf",        "ResetSelf",    "FlushOther",
                              "ResetOther",       "Send",         "SendMuchAndFlush",
                              "PauseResumeFlush", "AdoptAnother", "DestroyOwner"};

using Case = std::tuple<PollerKind, int, int>;

class ConnectionMatrix : public testing::TestWithParam<Case> {
 protected:
  static Where where() { return static_cast<Where>(std::get<1>(GetParam())); }
  static What what() { return static_cast<What>(std::get<2>(GetParam())); }

  // Does it once. `self` may be gone already where a timer or a task acts.
  void act(ConnectionId self_id) {
    if (acted_) {
      return;
    }
    acted_ = true;
    Connection* const self = Connection::find(*loop_, self_id);
    Connection* const other = Connection::find(*loop_, other_id_);
    switch (what()) {
      case What::kFlushSelf:
        close(self, CloseMode::kFlush);
        break;
      case What::kResetSelf:
        close(self, CloseMode::kReset);
        break;
      case What::kFlushOther:
        close(other, CloseMode::kFlush);
        break;
      case What::kResetOther:
        close(other, CloseMode::kReset);
        break;
      case What::kSend:
        send(self, "from a callback");
        send(other, "from a neighbour's callback");
        break;
      case What::kSendMuchAndFlush:
        for (Connection* const one : {self, other}) {
          send(one, std::string(700'000, 'x'));
          close(one, CloseMode::kFlush);
          send(one, "too late");
        }
        break;
      case What::kPauseResumeFlush:
        if (self != nullptr) {
          self->pause_reading();
          self->resume_reading();
          self->set_idle_timeout(std::chrono::seconds(5));
          self->drain();
        }
        break;
      case What::kAdoptAnother:
        third_.open = [](Connection& c) { c.send("welcome"); };
        (void)table_
            ->adopt(std::move(third_pair_.ours), third_.make_handler(), test::stream_beneath())
            .value();
        break;
      case What::kDestroyOwner:
        table_.reset();
        break;
    }
  }

  static void close(Connection* connection, CloseMode mode) {
    if (connection != nullptr) {
      connection->close(mode);
    }
  }
  static void send(Connection* connection, const std::string& text) {
    if (connection != nullptr) {
      connection->send(text);
    }
  }

  // Makes self's callback at `where()` happen.
  void provoke(ConnectionId self) {
    switch (where()) {
      case Where::kOpen:
        break;
      case Where::kData:
        test::write_all(self_pair_.peer.get(), "x");
        break;
      case Where::kEnd:
        test::shutdown_write(self_pair_.peer.get());
        break;
      case Where::kDrain:
        Connection::find(*loop_, self)->send(std::string(300'000, 'x'));
        break;
      case Where::kClose:
        Connection::find(*loop_, self)->close(CloseMode::kReset);
        break;
      case Where::kTimer:
        loop_->run_after(Duration::zero(), [this, self] { act(self); });
        break;
      case Where::kTask:
        loop_->post([this, self] { act(self); });
        break;
    }
  }

  std::unique_ptr<EventLoop> loop_ = test::make_loop(std::get<0>(GetParam()));
  std::unique_ptr<ConnectionTable> table_ = std::make_unique<ConnectionTable>(*loop_);
  SocketPair self_pair_ = test::unix_pair();
  SocketPair other_pair_ = test::unix_pair();
  SocketPair third_pair_ = test::unix_pair();
  Recorder self_;
  Recorder other_;
  Recorder third_;
  ConnectionId other_id_;
  bool acted_ = false;
};

TEST_P(ConnectionMatrix, Survives) {
  for (const SocketPair* const pair : {&self_pair_, &other_pair_}) {
    test::make_buffers_small(pair->ours.get());
    test::make_buffers_small(pair->peer.get());
  }
  const auto here = [this](Where callback) {
    return [this, callback](Connection& c) {
      if (where() == callback) {
        act(c.id());
      }
    };
  };
  self_.open = here(Where::kOpen);
  self_.on_bytes = [this](Connection& c, std::string_view unread) {
    if (where() == Where::kData) {
      act(c.id());
    }
    return unread.size();
  };
  self_.end = [this](Connection& c) {
    if (where() == Where::kEnd) {
      act(c.id());
    }
    c.close(CloseMode::kFlush);
  };
  self_.drain = here(Where::kDrain);
  self_.close = here(Where::kClose);

  other_id_ =
      (*table_->adopt(std::move(other_pair_.ours), other_.make_handler(), test::stream_beneath()))
          ->id();
  const Result<Connection*> self =
      table_->adopt(std::move(self_pair_.ours), self_.make_handler(), test::stream_beneath());
  // The owner may be gone by now, and with it all connections: nothing of `self` is looked at then.
  if (table_ != nullptr && self_.closes == 0) {
    provoke((*self)->id());
  }
  ASSERT_TRUE(test::run_until(*loop_, [&] {
    test::read_available(self_pair_.peer.get());
    test::read_available(other_pair_.peer.get());
    return acted_;
  }));
  test::run_while_busy(*loop_);

  // The loop works still.
  bool ran = false;
  loop_->post([&ran] { ran = true; });
  loop_->run_once(Duration::zero());
  EXPECT_TRUE(ran);

  // What is open yet ends with the peers, or with the owner.
  self_pair_.peer.reset();
  other_pair_.peer.reset();
  test::run_while_busy(*loop_);
  table_.reset();
  for (const Recorder* const recorder : {&self_, &other_, &third_}) {
    EXPECT_EQ(recorder->closes, recorder->opens);
    EXPECT_EQ(recorder->destroyed, recorder->opens == 1);
  }
  EXPECT_EQ(self_.opens, 1);
  EXPECT_EQ(other_.opens, 1);
  EXPECT_EQ(third_.opens, what() == What::kAdoptAnother ? 1 : 0);
}

std::string case_name(const testing::TestParamInfo<Case>& one) {
  return test::name_of(std::get<0>(one.param)) + '_' +
         kWhere[static_cast<std::size_t>(std::get<1>(one.param))] + '_' +
         kWhat[static_cast<std::size_t>(std::get<2>(one.param))];
}

INSTANTIATE_TEST_SUITE_P(, ConnectionMatrix,
                         testing::Combine(testing::ValuesIn(available_pollers().begin(),
                                                            available_pollers().end()),
                                          testing::Range(0, static_cast<int>(kWhere.size())),
                                          testing::Range(0, static_cast<int>(kWhat.size()))),
                         case_name);

}  // namespace
}  // namespace halo
