#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "bench/load/dialogue.hpp"
#include "bench/load/lane_opener.hpp"
#include "bench/load/lanes.hpp"
#include "reactor/connection_table.hpp"

namespace halo::bench::load {

struct StreamLanesOptions {
  Endpoint server;
  std::vector<Endpoint> sources;  ///< see LaneOpener
  std::size_t lanes = 1;
  DialogueFactory dialogue;
  std::string welcome;  ///< up to and with this text the server speaks first; empty: it does not
  Duration timeout = std::chrono::seconds(5);  ///< for a connect, and then for the welcome
};

/// Connections over TCP, each with a dialogue. Answers come in the order of the questions.
class StreamLanes final : public Lanes {
 public:
  StreamLanes(EventLoop& loop, StreamLanesOptions options, LaneOwner& owner,
              const Outstanding& books);
  StreamLanes(const StreamLanes&) = delete;
  StreamLanes& operator=(const StreamLanes&) = delete;
  ~StreamLanes() override;

  void open(std::uint32_t lane) override { opener_.open(lane); }
  void ask(std::uint32_t lane, std::uint64_t number) override;
  void reset(std::uint32_t lane) override;
  bool survives_loss() const noexcept override { return false; }

 private:
  class Talk;  // the handler of each connection

  struct Lane {
    ConnectionId connection;
    std::unique_ptr<Dialogue> dialogue;  // made once, used by one connection after the other
  };

  void adopt(std::uint32_t lane, Result<OwnedFd> socket);

  EventLoop& loop_;
  const StreamLanesOptions options_;
  LaneOwner& owner_;
  const Outstanding& books_;
  bool going_ = false;  // nobody is to be told any more
  std::string question_;
  std::vector<Lane> lanes_;
  ConnectionTable connections_;
  LaneOpener opener_;
};

}  // namespace halo::bench::load
