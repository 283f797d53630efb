#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "bench/load/answer_check.hpp"
#include "bench/load/lanes.hpp"
#include "bench/load/line_dialogue.hpp"
#include "bench/load/question_text.hpp"
#include "reactor/endpoint.hpp"
#include "reactor/udp_socket.hpp"

namespace halo::bench::load {

struct DatagramLanesOptions {
  Endpoint server;
  std::vector<Endpoint> sources;  ///< lane n leaves from source n mod sources; none: any
  std::size_t lanes = 1;
  std::size_t depth = 1;
  std::shared_ptr<const QuestionText> question;
  /// kOrder: one question of a socket at a time, so that whatever comes there is its answer; after
  /// a time-out the socket is replaced. kNumber: any number of them.
  Match match = Match::kNumber;
  std::shared_ptr<AnswerCheck> check;
};

/// Connected datagram sockets. See Lanes.
class DatagramLanes final : public Lanes {
 public:
  DatagramLanes(EventLoop& loop, DatagramLanesOptions options, LaneOwner& owner,
                const Outstanding& books);
  DatagramLanes(const DatagramLanes&) = delete;
  DatagramLanes& operator=(const DatagramLanes&) = delete;
  ~DatagramLanes() override;

  void open(std::uint32_t lane) override;
  void ask(std::uint32_t lane, std::uint64_t number) override;
  void reset(std::uint32_t lane) override;
  bool survives_loss() const noexcept override { return options_.match == Match::kNumber; }

 private:
  class Lane;  // the handler of each socket, and the socket

  void take(std::uint32_t lane, const Datagram& datagram, TimePoint now);
  void tell_of_unsent();

  EventLoop& loop_;
  const DatagramLanesOptions options_;
  LaneOwner& owner_;
  const Outstanding& books_;
  std::string question_;
  std::vector<std::pair<std::uint64_t, Failure>> unsent_;
  TimerId tell_timer_;
  std::vector<std::unique_ptr<Lane>> lanes_;  // null: closed
};

}  // namespace halo::bench::load
