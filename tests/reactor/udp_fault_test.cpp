// What a datagram socket does when the kernel refuses. The linker puts the faults in.

#include <cerrno>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reactor/udp_socket.hpp"
#include "tests/reactor/udp_faults.hpp"
#include "tests/reactor/udp_fixture.hpp"

namespace halo {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class UdpFaultTest : public test::UdpFixture {
 protected:
  void SetUp() override {
    client_ = test::datagram_socket();
    peer_ = DatagramPeer::to(test::local_endpoint_of(client_.get())).value();
  }
  /// Sends `count` datagrams of `size` bytes, which tell their place.
  void send(std::size_t count, std::size_t size) {
    for (std::size_t i = 0; i < count; ++i) {
      sent_.push_back(test::pattern(size, i + sent_.size() * 100));
      ASSERT_FALSE(udp_->send(peer_, test::as_bytes(sent_.back())));
    }
    loop_->run_once(Duration::zero());
  }
  std::vector<std::string> arrived() { return test::receive_datagrams(client_.get()); }
  std::uint64_t dropped(SendDrop why) const { return udp_->tallies().dropped_for(why).value(); }

  OwnedFd client_;
  DatagramPeer peer_;
  std::vector<std::string> sent_;
};
HALO_ON_EVERY_POLLER(UdpFaultTest);

int unless_single(const test::AskedMessage& message, int error) {
  return message.datagrams > 1 ? error : 0;
}

TEST_P(UdpFaultTest, WhereAnInterfaceCannotCutNothingIsLostAndGsoIsOff) {
  bind();
  ASSERT_TRUE(udp_->uses_gso());
  const test::SendFaults faults([](const auto& message) { return unless_single(message, EIO); });
  send(30, 10);
  EXPECT_EQ(arrived(), sent_) << "in order, none twice";
  EXPECT_FALSE(udp_->uses_gso());
  EXPECT_EQ(udp_->tallies().gso_failures.value(), 1U);
  send(30, 10);
  EXPECT_THAT(arrived(), SizeIs(30));
  EXPECT_EQ(udp_->tallies().gso_failures.value(), 1U) << "it is not tried again";
  EXPECT_THAT(recorder_.send_errors, IsEmpty());
}

TEST_P(UdpFaultTest, WhereDatagramsDoNotFitThePathOnlyTheseGoOneByOne) {
  bind();
  for (const int error : {EINVAL, EMSGSIZE}) {
    bind();
    sent_.clear();
    const test::SendFaults faults([error](const test::AskedMessage& message) {
      return message.datagram_bytes > 1400 ? unless_single(message, error) : 0;
    });
    send(5, 1500);
    EXPECT_EQ(arrived(), sent_);
    EXPECT_TRUE(udp_->uses_gso());
    send(5, 1450);
    send(5, 1400);
    EXPECT_THAT(arrived(), SizeIs(10));
    EXPECT_EQ(udp_->tallies().gso_failures.value(), 2U) << "for 1500 and for 1450 bytes";
    EXPECT_EQ(udp_->tallies().gso_messages.value(), 1U) << "1400 bytes go together";
  }
}

TEST_P(UdpFaultTest, ErrorOfThePeerIsNotBlamedOnGso) {
  bind();
  const test::SendFaults faults([](const auto&) { return EINVAL; });
  send(3, 10);
  EXPECT_THAT(recorder_.send_errors, SizeIs(3));
  EXPECT_TRUE(udp_->uses_gso());
}

TEST_P(UdpFaultTest, EachErrorIsCountedToldAndCostsNoOtherDatagram) {
  const std::pair<int, SendDrop> cases[] = {
      {ENOBUFS, SendDrop::kNoBuffers},
      {ENOMEM, SendDrop::kNoBuffers},
      {EPERM, SendDrop::kNotPermitted},
      {EACCES, SendDrop::kNotPermitted},
      {EMSGSIZE, SendDrop::kTooLong},
      {ECONNREFUSED, SendDrop::kRefused},
      {ENETUNREACH, SendDrop::kUnreachable},
      {EHOSTUNREACH, SendDrop::kUnreachable},
      {EIO, SendDrop::kOther},
  };
  for (const UdpOptions& way : all_ways()) {
    for (const auto& [error, reason] : cases) {
      options_ = way;
      recorder_.send_errors.clear();
      bind();
      sent_.clear();
      const test::SendFaults faults([failing = error](const test::AskedMessage& message) {
        return message.datagram_bytes == 7 ? failing : 0;
      });
      for (const std::size_t size : {std::size_t{5}, std::size_t{7}, std::size_t{9}}) {
        sent_.push_back(test::pattern(size));
        ASSERT_FALSE(udp_->send(peer_, test::as_bytes(sent_.back())));
      }
      loop_->run_once(Duration::zero());
      EXPECT_THAT(arrived(), ElementsAre(sent_[0], sent_[2]));
      EXPECT_THAT(recorder_.send_errors,
                  ElementsAre(std::error_code(error, std::system_category())));
      EXPECT_EQ(dropped(reason), 1U);
      EXPECT_EQ(udp_->unsent_datagrams(), 0U) << "nothing waits for writability";
      EXPECT_EQ(loop_->run_once(Duration::zero()), 0U);
    }
  }
}

TEST_P(UdpFaultTest, WhatTheKernelDoesNotTakeNowLeavesWhenItDoes) {
  bind();
  bool full = true;
  const test::SendFaults faults([&full](const auto&) { return full ? EAGAIN : 0; });
  send(20, 10);
  EXPECT_EQ(udp_->unsent_datagrams(), 20U);
  full = false;
  ASSERT_TRUE(until([this] { return udp_->unsent_datagrams() == 0; }));
  EXPECT_EQ(arrived(), sent_);
  EXPECT_EQ(recorder_.drains, 1);
  EXPECT_EQ(loop_->run_once(Duration::zero()), 0U) << "writability is watched no more";
}

TEST_P(UdpFaultTest, WhatWaitsTooLongIsDroppedCountedAndTold) {
  options_.unsent_timeout = milliseconds(50);
  bind();
  const test::SendFaults faults([](const auto&) { return EAGAIN; });
  send(20, 10);
  clock_.advance(milliseconds(49));
  loop_->run_once(Duration::zero());
  EXPECT_EQ(udp_->unsent_datagrams(), 20U);
  clock_.advance(milliseconds(1));
  loop_->run_once(Duration::zero());
  EXPECT_EQ(udp_->unsent_datagrams(), 0U);
  EXPECT_EQ(dropped(SendDrop::kWouldBlock), 20U);
  ASSERT_THAT(recorder_.send_errors, SizeIs(20));
  EXPECT_EQ(recorder_.send_errors.front(), std::errc::resource_unavailable_try_again);
  EXPECT_EQ(recorder_.drains, 1);
  EXPECT_EQ(loop_->run_once(Duration::zero()), 0U) << "the loop is idle";
}

TEST_P(UdpFaultTest, WithoutPatienceNothingWaits) {
  options_.unsent_timeout = Duration::zero();
  bind();
  const test::SendFaults faults([](const auto&) { return EAGAIN; });
  send(5, 10);
  EXPECT_EQ(dropped(SendDrop::kWouldBlock), 5U);
  EXPECT_EQ(loop_->run_once(Duration::zero()), 0U);
}

TEST_P(UdpFaultTest, WhatMayWaitIsBounded) {
  options_.unsent_datagrams_max = 10;
  bind();
  const test::SendFaults faults([](const auto&) { return EAGAIN; });
  send(10, 10);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(udp_->send(peer_, test::as_bytes("more")), std::errc::no_buffer_space);
  }
  EXPECT_EQ(dropped(SendDrop::kQueueFull), 3U);
  EXPECT_EQ(udp_->unsent_datagrams(), 10U);
}

TEST_P(UdpFaultTest, WhatIsSentOutOfAnErrorLeavesLater) {
  bind();
  const test::SendFaults faults(
      [](const test::AskedMessage& message) { return message.datagram_bytes == 7 ? EPERM : 0; });
  recorder_.on_error = [this](UdpSocket& socket) {
    EXPECT_FALSE(socket.send(peer_, test::as_bytes("instead")));
    EXPECT_FALSE(socket.send(peer_, test::as_bytes("and this")));
    recorder_.on_error = nullptr;
  };
  send(1, 7);
  ASSERT_TRUE(until([this] { return udp_->unsent_datagrams() == 0; }));
  EXPECT_THAT(arrived(), ElementsAre("and this"));
  EXPECT_THAT(recorder_.send_errors, SizeIs(2)) << "the first, and what went instead";
}

TEST_P(UdpFaultTest, WorksWithoutTheCallsForMany) {
  recorder_.on_batch = test::echo;
  bind();
  const test::NoBatchCalls none;
  for (int i = 0; i < 10; ++i) {
    test::send_datagram(client_.get(), std::to_string(i), at());
  }
  EXPECT_THAT(answers(client_.get(), 10), SizeIs(10));
}

TEST_P(UdpFaultTest, AnswersOfOneEventLeaveInOneCall) {
  recorder_.on_batch = test::echo;
  bind();
  std::vector<OwnedFd> clients;
  for (int i = 0; i < 20; ++i) {
    clients.push_back(test::datagram_client(at()));
    test::send_datagram(clients.back().get(), "x");
  }
  const test::SendFaults none([](const auto&) { return 0; });
  ASSERT_TRUE(until_received(20));
  EXPECT_EQ(none.calls, 1U);
  EXPECT_EQ(udp_->tallies().receive_calls.value(), 1U);
  EXPECT_THAT(recorder_.batches, ElementsAre(20U));
}

}  // namespace
}  // namespace halo
