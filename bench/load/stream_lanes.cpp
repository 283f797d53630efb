#include "bench/load/stream_lanes.hpp"

#include <utility>

#include "bench/error_counts.hpp"
#include "reactor/check.hpp"
#include "reactor/connection_handler.hpp"

namespace halo::bench::load {
namespace {

std::string_view as_text(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace

/// One connection of a lane: takes the welcome, then hands each answer to whose question it is.
class StreamLanes::Talk final : public ConnectionHandler {
 public:
  Talk(StreamLanes& lanes, std::uint32_t lane) : lanes_(lanes), lane_(lane) {}

  void on_open(Connection& connection) override {
    lanes_.lanes_[lane_].connection = connection.id();
    if (lanes_.options_.welcome.empty()) {
      begin(connection);
    } else {
      connection.set_idle_timeout(lanes_.options_.timeout);
    }
  }

  std::size_t on_data(Connection& connection, std::span<const std::byte> unread) override {
    std::string_view text = as_text(unread);
    if (!begun_) {
      const std::string& welcome = lanes_.options_.welcome;
      const std::size_t at = text.find(welcome);
      if (at == std::string_view::npos) {
        return 0;
      }
      text.remove_prefix(at + welcome.size());
      begin(connection);
    }
    // Not loop().now(), the beginning of the iteration: other connections were served since then.
    const TimePoint now = monotonic_clock().now();
    while (!text.empty() && !connection.closing()) {
      const std::optional<std::uint64_t> number = lanes_.books_.oldest_of(lane_);
      if (!number) {
        fail(connection, "bytes that nobody has asked for");
        break;
      }
      const Reply reply = dialogue().read(text, *number);
      text.remove_prefix(reply.consumed);
      if (!take(connection, reply, *number, now)) {
        break;
      }
    }
    return unread.size() - text.size();
  }

  void on_end(Connection& connection, std::span<const std::byte> /*unread*/) override {
    if (const std::optional<std::uint64_t> number = lanes_.books_.oldest_of(lane_);
        begun_ && number) {
      (void)take(connection, dialogue().end(*number), *number, monotonic_clock().now());
    }
    connection.close(CloseMode::kFlush);
  }

  void on_close(Connection& /*connection*/, std::error_code why) override {
    if (lanes_.going_) {
      return;
    }
    Failure failure = std::move(failure_);
    if (failure.kind.empty() && why) {
      failure = {why.message(), why};
    }
    if (begun_) {
      lanes_.owner_.on_lane_closed(lane_, failure);
    } else {
      const std::string what = failure.kind.empty() ? std::string(kClosedEarly) : failure.kind;
      lanes_.owner_.on_lane_failed(lane_, {"before the welcome: " + what, failure.why});
    }
  }

 private:
  Dialogue& dialogue() const { return *lanes_.lanes_[lane_].dialogue; }

  void begin(Connection& connection) {
    begun_ = true;
    connection.set_idle_timeout(Duration::zero());
    dialogue().restart();
    lanes_.owner_.on_lane_open(lane_);
  }

  /// Returns whether to read on.
  bool take(Connection& connection, const Reply& reply, std::uint64_t number, TimePoint now) {
    if (!reply.complete && reply.fault.empty()) {
      return reply.consumed > 0 && !reply.last;
    }
    if (reply.last) {
      lanes_.owner_.on_lane_closing(lane_);
      connection.close(reply.fault.empty() ? CloseMode::kFlush : CloseMode::kReset);
    }
    lanes_.owner_.on_answer(number, reply.fault, now);
    return !reply.last;
  }

  void fail(Connection& connection, std::string kind) {
    failure_.kind = std::move(kind);
    connection.close(CloseMode::kReset);
  }

  StreamLanes& lanes_;
  const std::uint32_t lane_;
  bool begun_ = false;
  Failure failure_;
};

StreamLanes::StreamLanes(EventLoop& loop, StreamLanesOptions options, LaneOwner& owner,
                         const Outstanding& books)
    : loop_(loop),
      options_(std::move(options)),
      owner_(owner),
      books_(books),
      lanes_(options_.lanes),
      connections_(loop),
      opener_(loop, options_.server,
              LaneOpener::Sources(options_.sources.begin(), options_.sources.end()),
              options_.timeout,
              [this](std::uint32_t lane, TimePoint /*began*/, Result<OwnedFd> socket) {
                adopt(lane, std::move(socket));
              }) {}

StreamLanes::~StreamLanes() { going_ = true; }

void StreamLanes::adopt(std::uint32_t lane, Result<OwnedFd> socket) {
  if (!socket) {
    owner_.on_lane_failed(lane, connect_failure(socket.error()));
    return;
  }
  if (!lanes_[lane].dialogue) {
    lanes_[lane].dialogue = options_.dialogue();
  }
  const Result<Connection*> connection =
      connections_.adopt(std::move(*socket), std::make_unique<Talk>(*this, lane));
  if (!connection) {
    owner_.on_lane_failed(lane, connect_failure(connection.error()));
  }
}

void StreamLanes::ask(std::uint32_t lane, std::uint64_t number) {
  Connection* const connection = Connection::find(loop_, lanes_[lane].connection);
  if (connection != nullptr) {  // else its on_close is due, which knows what is outstanding
    question_.clear();
    lanes_[lane].dialogue->ask(number, question_);
    connection->send(question_);
  }
}

void StreamLanes::reset(std::uint32_t lane) {
  if (Connection* const connection = Connection::find(loop_, lanes_[lane].connection)) {
    connection->close(CloseMode::kReset);
  }
}

}  // namespace halo::bench::load
