#include "bench/load/datagram_lanes.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "bench/error_counts.hpp"
#include "reactor/check.hpp"
#include "reactor/datagram_handler.hpp"

namespace halo::bench::load {
namespace {

constexpr std::size_t kBufferBytes = std::size_t{1} << 20;  // for the answers to any depth

UdpOptions socket_options(std::size_t depth) {
  UdpOptions options;
  options.batch_messages = std::clamp<std::size_t>(depth, 1, limits::kDatagramsPerEvent);
  options.unsent_datagrams_max = std::max<std::size_t>(depth, 64);
  options.gso = Offload::kOff;
  options.gro = Offload::kOff;
  options.receive_buffer_bytes = kBufferBytes;
  options.send_buffer_bytes = kBufferBytes;
  return options;
}

}  // namespace

class DatagramLanes::Lane final : public DatagramHandler {
 public:
  Lane(DatagramLanes& lanes, std::uint32_t index) : lanes_(lanes), index_(index) {}

  std::error_code connect() {
    const DatagramLanesOptions& options = lanes_.options_;
    const Endpoint* const from =
        options.sources.empty() ? nullptr : &options.sources[index_ % options.sources.size()];
    Result<std::unique_ptr<UdpSocket>> made = UdpSocket::connect(
        lanes_.loop_, options.server, *this, socket_options(options.depth), from);
    if (made) {
      socket_ = std::move(*made);
    }
    return made.error();
  }

  std::error_code send(std::string_view question) {
    return socket_->send(socket_->connected_peer(), std::as_bytes(std::span(question)));
  }

  void on_datagrams(UdpSocket& /*socket*/, std::span<const Datagram> datagrams) override {
    // Not loop().now(), the beginning of the iteration: other sockets were served since then.
    const TimePoint now = monotonic_clock().now();
    for (const Datagram& datagram : datagrams) {
      lanes_.take(index_, datagram, now);
    }
  }
  void on_send_error(UdpSocket& /*socket*/, const DatagramPeer& /*peer*/,
                     std::error_code why) override {
    lose({"send: " + why.message(), why});
  }
  /// The network's word about one of them, and it does not say which.
  void on_receive_error(UdpSocket& /*socket*/, std::error_code why) override {
    lose({why.message(), why});
  }

  void lose(const Failure& why) {
    if (const std::optional<std::uint64_t> number = lanes_.books_.oldest_of(index_)) {
      lanes_.owner_.on_lost(*number, why);
    }
  }

 private:
  DatagramLanes& lanes_;
  const std::uint32_t index_;
  std::unique_ptr<UdpSocket> socket_;
};

DatagramLanes::DatagramLanes(EventLoop& loop, DatagramLanesOptions options, LaneOwner& owner,
                             const Outstanding& books)
    : loop_(loop),
      options_(std::move(options)),
      owner_(owner),
      books_(books),
      lanes_(options_.lanes) {
  HALO_CHECK(options_.match == Match::kNumber || options_.depth == 1,
             "answers that have no number belong to one question");
}

DatagramLanes::~DatagramLanes() { loop_.cancel(tell_timer_); }

void DatagramLanes::open(std::uint32_t lane) {
  auto made = std::make_unique<Lane>(*this, lane);
  if (const std::error_code error = made->connect()) {
    owner_.on_lane_failed(lane, connect_failure(error));
    return;
  }
  lanes_[lane] = std::move(made);
  owner_.on_lane_open(lane);
}

void DatagramLanes::ask(std::uint32_t lane, std::uint64_t number) {
  question_.clear();
  options_.question->append(number, question_);
  if (const std::error_code error = lanes_[lane]->send(question_)) {
    // Told later: the owner is in the middle of asking.
    unsent_.emplace_back(number, Failure{"send: " + error.message(), error});
    if (unsent_.size() == 1) {
      tell_timer_ = loop_.run_after(Duration::zero(), [this] { tell_of_unsent(); });
    }
  }
}

void DatagramLanes::tell_of_unsent() {
  const std::vector<std::pair<std::uint64_t, Failure>> unsent = std::exchange(unsent_, {});
  for (const auto& [number, why] : unsent) {
    if (books_.find(number) != nullptr) {
      owner_.on_lost(number, why);
    }
  }
}

void DatagramLanes::reset(std::uint32_t lane) {
  lanes_[lane].reset();
  owner_.on_lane_closed(lane, {});
}

void DatagramLanes::take(std::uint32_t lane, const Datagram& datagram, TimePoint now) {
  const std::string_view answer(reinterpret_cast<const char*>(datagram.bytes.data()),
                                datagram.bytes.size());
  std::optional<std::uint64_t> number;
  if (options_.match == Match::kOrder) {
    number = books_.oldest_of(lane);
  } else {
    (void)QuestionText::any_number(answer, [this, lane, &number](std::uint64_t found) {
      const Question* const question = books_.find(found);
      const bool mine = question != nullptr && question->lane == lane;
      number = mine ? std::optional(found) : std::nullopt;
      return mine;
    });
  }
  if (number) {
    owner_.on_answer(*number, options_.check->fits(answer) ? std::string_view{} : kWrongAnswer,
                     now);
  } else {
    owner_.on_surplus();
  }
}

}  // namespace halo::bench::load
