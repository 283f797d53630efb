// Many datagrams at a time.

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reactor/limits.hpp"
#include "reactor/udp_socket.hpp"
#include "tests/reactor/udp_fixture.hpp"

namespace halo {
namespace {

class UdpBatchTest : public test::UdpFixture {};
HALO_ON_EVERY_POLLER(UdpBatchTest);

TEST_P(UdpBatchTest, EverySizeComesBackTheSameWhateverTheKernelCuts) {
  recorder_.on_batch = test::echo;
  std::vector<std::size_t> sizes{0, 1, 2, 7, 8, 63, 64, 1023, 1024, 1471, 1472, 1473, 4095, 4096};
  for (std::size_t size = 5000; size < kDatagramBytesMax; size += 3701) {
    sizes.push_back(size);
  }
  sizes.insert(sizes.end(), {32753, 32754, 65506, 65507});
  for (const UdpOptions& way : all_ways()) {
    options_ = way;
    options_.receive_buffer_bytes = 4 * 1024 * 1024;
    bind();
    const OwnedFd client = test::datagram_client(at());
    for (const std::size_t size : sizes) {
      const std::string bytes = test::pattern(size);
      const std::size_t copies = size < 1500 ? 5 : 1;
      for (std::size_t i = 0; i < copies; ++i) {
        test::send_datagram(client.get(), bytes);
      }
      EXPECT_EQ(answers(client.get(), copies), std::vector(copies, bytes)) << size;
    }
  }
}

TEST_P(UdpBatchTest, OneEventTakesABoundedNumber) {
  for (const std::size_t batch : {std::size_t{1}, std::size_t{7}, limits::kDatagramsPerEvent}) {
    options_.batch_messages = batch;
    recorder_.batches.clear();
    bind();
    const OwnedFd client = test::datagram_client(at());
    for (int i = 0; i < 100; ++i) {
      test::send_datagram(client.get(), "x");
    }
    ASSERT_TRUE(until_received(100));
    EXPECT_EQ(*std::ranges::max_element(recorder_.batches), std::min<std::size_t>(batch, 100));
  }
}

TEST_P(UdpBatchTest, AnswersOfOneSizeToOnePeerAreOneMessage) {
  recorder_.on_batch = test::echo;
  for (const UdpOptions& way : all_ways()) {
    options_ = way;
    bind();
    // Interleaved, as many clients at a time are.
    std::vector<OwnedFd> clients;
    for (int i = 0; i < 4; ++i) {
      clients.push_back(test::datagram_client(at()));
    }
    for (int i = 0; i < 16; ++i) {
      for (const OwnedFd& client : clients) {
        test::send_datagram(client.get(), "message " + std::to_string(10 + i));
      }
    }
    for (const OwnedFd& client : clients) {
      const std::vector<std::string> got = answers(client.get(), 16);
      EXPECT_TRUE(std::ranges::is_sorted(got)) << "in order";
      EXPECT_EQ(got.size(), 16U);
    }
    EXPECT_EQ(udp_->tallies().gso_messages.value(), udp_->uses_gso() ? 4U : 0U);
    EXPECT_EQ(udp_->tallies().sent.value(), 64U);
    EXPECT_EQ(udp_->tallies().gso_failures.value(), 0U);
  }
}

TEST_P(UdpBatchTest, DatagramsOfAnySizesToOnePeerKeepTheirOrder) {
  for (const UdpOptions& way : all_ways()) {
    options_ = way;
    bind();
    const OwnedFd client = test::datagram_socket();
    const DatagramPeer peer = DatagramPeer::to(test::local_endpoint_of(client.get())).value();
    std::vector<std::string> sent;
    for (std::size_t i = 0; i < 100; ++i) {
      sent.push_back(test::pattern((i * i) % 5 * 3, i));
      ASSERT_FALSE(udp_->send(peer, test::as_bytes(sent.back())));
    }
    EXPECT_EQ(answers(client.get(), sent.size()), sent);
  }
}

TEST_P(UdpBatchTest, JoinedDatagramsAreTakenApart) {
  options_.sharing = socket::PortSharing::kAlone;
  recorder_.on_batch = nullptr;
  bind();
  test::DatagramRecorder sender_recorder;
  const auto sender = UdpSocket::connect(*loop_, at(), sender_recorder, options_).value();
  std::vector<std::string> sent;
  for (std::size_t i = 0; i < 50; ++i) {
    sent.push_back(test::pattern(i == 49 ? 20 : 100, i));  // the last one is shorter
    ASSERT_FALSE(sender->send(sender->connected_peer(), test::as_bytes(sent.back())));
  }
  ASSERT_TRUE(until_received(50));
  EXPECT_EQ(recorder_.received, sent);
  if (udp_->uses_gro() && sender->uses_gso()) {
    EXPECT_EQ(udp_->tallies().gro_messages.value(), 1U);
    EXPECT_EQ(udp_->tallies().receive_calls.value(), 1U);
  }
}

TEST_P(UdpBatchTest, JoinedDatagramsDoNotWidenTheBatch) {
  options_.batch_messages = 8;
  options_.receive_buffer_bytes = 4 * 1024 * 1024;
  bind();
  test::DatagramRecorder sender_recorder;
  UdpOptions sending;
  sending.send_buffer_bytes = 4 * 1024 * 1024;
  const auto sender = UdpSocket::connect(*loop_, at(), sender_recorder, sending).value();
  for (int i = 0; i < 640; ++i) {
    ASSERT_FALSE(sender->send(sender->connected_peer(), test::as_bytes("joined")));
  }
  ASSERT_TRUE(until_received(640));
  EXPECT_LE(*std::ranges::max_element(recorder_.batches), 8U);
}

// The drain's bound counted datagrams, of which a joined message brings many.
TEST_P(UdpBatchTest, DrainAnswersAllThatArrivedJoined) {
  options_.receive_buffer_bytes = 16 * 1024;
  options_.batch_messages = 1;
  bind();
  test::DatagramRecorder sender_recorder;
  const auto sender = UdpSocket::connect(*loop_, at(), sender_recorder).value();
  constexpr std::size_t kDatagrams = 640;
  for (std::size_t i = 0; i < kDatagrams; ++i) {
    ASSERT_FALSE(sender->send(sender->connected_peer(), test::as_bytes("x")));
  }
  sender->drain();  // not by an iteration, which would receive
  udp_->drain();
  const std::size_t drained = recorder_.received.size();
  if (udp_->uses_gro() && sender->uses_gso()) {
    EXPECT_EQ(drained, kDatagrams);
  }
  test::run_while_busy(*loop_);
  EXPECT_EQ(recorder_.received.size(), drained) << "nothing was left";
}

TEST_P(UdpBatchTest, BurstOf100000DatagramsIsLostOrAnsweredAndNothingElse) {
  recorder_.on_batch = test::echo;
  options_.receive_buffer_bytes = 1024 * 1024;
  bind();
  const OwnedFd client = test::datagram_client(at());
  std::map<std::string, int> answered;
  const auto take = [&] {
    for (const std::string& bytes : test::receive_datagrams(client.get())) {
      ++answered[bytes];
    }
  };
  for (int i = 0; i < 100'000; ++i) {
    test::send_datagram(client.get(), std::to_string(i));
    if (i % 5000 == 4999) {  // else the kernel keeps only what fits
      loop_->run_once(Duration::zero());
      take();
    }
  }
  test::run_while_busy(*loop_);
  take();
  const UdpTallies& tallies = udp_->tallies();
  EXPECT_GE(tallies.received.value(), 1000U);
  EXPECT_EQ(tallies.sent.value(), tallies.received.value());
  EXPECT_LE(answered.size(), tallies.sent.value());
  EXPECT_TRUE(std::ranges::all_of(answered, [](const auto& one) { return one.second == 1; }));
  EXPECT_EQ(udp_->unsent_datagrams(), 0U);
}

TEST_P(UdpBatchTest, HandlerMaySendMuchMoreThanMayWait) {
  options_.unsent_datagrams_max = 10;
  options_.unsent_bytes_max = kDatagramBytesMax;
  recorder_.on_batch = [](UdpSocket& socket, std::span<const Datagram> datagrams) {
    for (int i = 0; i < 100; ++i) {
      EXPECT_FALSE(socket.send(*datagrams.front().peer, test::as_bytes(std::to_string(i))));
    }
  };
  bind();
  const OwnedFd client = test::datagram_client(at());
  test::send_datagram(client.get(), "many");
  EXPECT_EQ(answers(client.get(), 100).size(), 100U);
}

}  // namespace
}  // namespace halo
