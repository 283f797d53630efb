#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>

#include <gtest/gtest.h>

#include "bench/hex_text.hpp"
#include "tests/support/datagrams.hpp"
#include "tests/support/loops.hpp"
#include "tests/support/sockets.hpp"

namespace halo::bench {

/// What the network does to a question and its answer.
enum class Fate : std::uint8_t {
  kPass,
  kLoseQuestion,
  kLoseAnswer,
  kHold,      ///< the answer stays on its way until the load has asked the place's next question
  kDouble,    ///< the answer comes twice
  kOvertake,  ///< the answer comes after the next answer to the same client
};

/// A network between a load and its server, that harms the questions of a plan and no other. Time
/// is what it says: each question that passes moves the clock by kStep, and nothing else does.
class DatagramProxy {
 public:
  static constexpr Duration kStep = std::chrono::milliseconds(1);

  /// `plan`: by the number of the question; `window`: the load's.
  DatagramProxy(EventLoop& loop, test::SimulatedClock& clock, const Endpoint& server,
                std::map<std::uint64_t, Fate> plan, std::size_t window)
      : clock_(clock), plan_(std::move(plan)), window_(window) {
    clients_.on_batch = [this](UdpSocket&, std::span<const Datagram> datagrams) {
      for (const Datagram& datagram : datagrams) {
        pass_question(datagram);
      }
    };
    servers_.on_batch = [this](UdpSocket&, std::span<const Datagram> datagrams) {
      for (const Datagram& datagram : datagrams) {
        pass_answer(test::as_text(datagram.bytes));
      }
    };
    front_ = UdpSocket::bind(loop, Endpoint::loopback_v4(0), clients_).value();
    back_ = UdpSocket::connect(loop, server, servers_).value();
  }

  const Endpoint& endpoint() const { return front_->local_endpoint(); }
  std::uint64_t questions() const { return questions_; }
  /// How many questions or answers met this fate.
  std::uint64_t met(Fate fate) { return met_[fate]; }

 private:
  Fate fate_of(std::uint64_t number) const {
    const auto found = plan_.find(number);
    return found == plan_.end() ? Fate::kPass : found->second;
  }

  void pass_question(const Datagram& datagram) {
    ++questions_;
    clock_.advance(kStep);
    const std::uint64_t number = read_hex(test::as_text(datagram.bytes)).value();
    peers_[number] = *datagram.peer;
    if (number >= window_ && held_.contains(number - window_)) {
      // Its place asks again, so the load has given it up.
      send_to_client(number - window_, held_[number - window_]);
      ++met_[Fate::kHold];
    }
    if (fate_of(number) == Fate::kLoseQuestion) {
      ++met_[Fate::kLoseQuestion];
      return;
    }
    EXPECT_FALSE(back_->send(back_->connected_peer(), datagram.bytes));
  }

  void pass_answer(std::string_view answer) {
    const std::uint64_t number = read_hex(answer.substr(answer.find(' ') + 1, 16)).value();
    const std::uint16_t client = peers_.at(number).port();
    switch (fate_of(number)) {
      case Fate::kLoseAnswer:
        ++met_[Fate::kLoseAnswer];
        return;
      case Fate::kHold:
        held_[number] = answer;
        return;
      case Fate::kOvertake:
        overtaken_[client][number] = answer;
        return;
      case Fate::kDouble:
        send_to_client(number, answer);
        ++met_[Fate::kDouble];
        break;
      case Fate::kPass:
      case Fate::kLoseQuestion:
        break;
    }
    send_to_client(number, answer);
    for (const auto& [earlier, its_answer] : overtaken_[client]) {
      send_to_client(earlier, its_answer);
      ++met_[Fate::kOvertake];
    }
    overtaken_.erase(client);
  }

  void send_to_client(std::uint64_t number, std::string_view answer) {
    EXPECT_FALSE(front_->send(peers_.at(number), test::as_bytes(answer)));
  }

  test::SimulatedClock& clock_;
  const std::map<std::uint64_t, Fate> plan_;
  const std::size_t window_;
  std::uint64_t questions_ = 0;
  std::map<Fate, std::uint64_t> met_;
  std::map<std::uint64_t, DatagramPeer> peers_;  // of each question
  std::map<std::uint64_t, std::string> held_;
  std::map<std::uint16_t, std::map<std::uint64_t, std::string>> overtaken_;  // by the client's port
  test::DatagramRecorder clients_;
  test::DatagramRecorder servers_;
  std::unique_ptr<UdpSocket> front_;
  std::unique_ptr<UdpSocket> back_;
};

}  // namespace halo::bench
