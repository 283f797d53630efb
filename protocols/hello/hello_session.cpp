#include "protocols/hello/hello_session.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <string_view>

#include "reactor/check.hpp"
#include "reactor/error.hpp"

namespace halo::hello {
namespace {

// An idle connection costs at most half a KiB in all, and this is its smaller part.
static_assert(sizeof(HelloSession<LineDecoder>) <= 96);

/// When the workers' queue is full: long enough not to load the loop, short beside the queue's own
/// delay.
constexpr Duration kRetryDelay = std::chrono::milliseconds(5);

/// Puts small answers together on the stack, so that they cost the connection one call.
class AnswerBatch {
 public:
  explicit AnswerBatch(Connection& connection) noexcept : connection_(connection) {}

  void append(std::string_view bytes) {
    if (bytes.size() > room_.size() - size_) {
      send();
      if (bytes.size() > room_.size()) {
        connection_.send(bytes);
        return;
      }
    }
    std::copy(bytes.begin(), bytes.end(), room_.begin() + static_cast<std::ptrdiff_t>(size_));
    size_ += bytes.size();
  }

  void send() {
    if (size_ > 0) {
      connection_.send(std::string_view(room_.data(), size_));
      size_ = 0;
    }
  }

 private:
  Connection& connection_;
  std::size_t size_ = 0;
  std::array<char, 4096> room_;  // not cleared: only what was appended is read
};

template <Decoder D>
D make_decoder(const HelloOptions& options) noexcept {
  if constexpr (D::kFraming == Framing::kLine) {
    return D(options.line_bytes_max);
  } else {
    return D();
  }
}

}  // namespace

template <Decoder D>
HelloSession<D>::HelloSession(const HelloOptions& options)
    : options_(options), decoder_(make_decoder<D>(options)) {
  HALO_CHECK(options.framing == D::kFraming, "the session's decoder and its options differ");
  HALO_CHECK(options.work_on != WorkOn::kTimer || options.work.kind != Work::Kind::kCpu,
             "a timer waits, it does not compute");
  HALO_CHECK(options.work_on != WorkOn::kWorkers || options.workers != nullptr,
             "work on workers needs a WorkerPool");
}

template <Decoder D>
void HelloSession<D>::on_open(Connection& connection) {
  connection.send(welcome(D::kFraming));
}

template <Decoder D>
std::size_t HelloSession<D>::on_data(Connection& connection, std::span<const std::byte> unread) {
  return answer(connection, unread);
}

template <Decoder D>
void HelloSession<D>::on_end(Connection& connection, std::span<const std::byte> unread) {
  ended_ = true;
  last_.append(unread);
  answer_last(connection);
}

template <Decoder D>
void HelloSession<D>::answer_last(Connection& connection) {
  last_.consume(answer(connection, last_.bytes()));
  if (at_work_bytes_ == 0) {
    connection.close(CloseMode::kFlush);
  }
}

template <Decoder D>
void HelloSession<D>::on_close(Connection& connection, std::error_code /*why*/) {
  connection.loop().cancel(timer_);
}

/// Answers the messages at the front of `unread`. Returns how many bytes are done with.
template <Decoder D>
std::size_t HelloSession<D>::answer(Connection& connection, std::span<const std::byte> unread) {
  AnswerBatch batch(connection);
  std::size_t consumed = 0;
  while (consumed < unread.size() && (ended_ || connection.reading())) {
    std::span<const std::byte> rest = unread.subspan(consumed);
    if (at_work_bytes_ > 0) {
      rest = rest.first(at_work_bytes_);  // the message as it was when its work began
    }
    const auto decoded = ended_ ? decoder_.decode_eof(rest) : decoder_.decode(rest);
    if (decoded.error || decoded.message == kExit) {
      if (decoded.error) {
        batch.append(line_too_long(options_.line_bytes_max));
      }
      batch.send();
      connection.close(CloseMode::kFlush);
      return unread.size();
    }
    if (!decoded.message) {
      break;
    }
    if (options_.work.kind != Work::Kind::kNone && !work_is_done(connection, decoded.consumed)) {
      break;
    }
    append_answer(batch, D::kFraming, *decoded.message);
    consumed += decoded.consumed;
  }
  batch.send();
  return consumed;
}

/// False: it has only begun, and the message is to be kept until it ends.
template <Decoder D>
bool HelloSession<D>::work_is_done(Connection& connection, std::size_t message_bytes) {
  if (options_.work_on == WorkOn::kLoop) {
    do_work(options_.work);
    return true;
  }
  if (at_work_bytes_ > 0) {
    at_work_bytes_ = 0;
    return true;
  }
  at_work_bytes_ = message_bytes;
  connection.pause_reading();
  if (options_.work_on == WorkOn::kTimer) {
    timer_ = connection.loop().run_after(
        options_.work.duration, later(connection.loop(), connection.id(), &HelloSession::end_work));
  } else {
    submit_work(connection);
  }
  return false;
}

template <Decoder D>
void HelloSession<D>::submit_work(Connection& connection) {
  EventLoop& loop = connection.loop();
  const ConnectionId id = connection.id();
  const std::error_code error = options_.workers->submit([work = options_.work, &loop, id] {
    do_work(work);
    loop.post(later(loop, id, &HelloSession::end_work));
  });
  if (error == Errc::kQueueFull) {
    timer_ = loop.run_after(kRetryDelay, later(loop, id, &HelloSession::submit_work));
  } else if (error) {
    connection.abort(error);
  }
}

template <Decoder D>
void HelloSession<D>::end_work(Connection& connection) {
  if (ended_) {
    answer_last(connection);
  } else {
    connection.resume_reading();
  }
}

/// `step` of the session of that connection, if it is still there by then.
template <Decoder D>
UniqueFunction<void()> HelloSession<D>::later(EventLoop& loop, ConnectionId id, Step step) {
  return [&loop, id, step] {
    if (Connection* const connection = Connection::find(loop, id)) {
      (static_cast<HelloSession&>(connection->handler()).*step)(*connection);
    }
  };
}

template class HelloSession<LineDecoder>;
template class HelloSession<ChunkDecoder>;

std::unique_ptr<ConnectionHandler> make_hello_session(const HelloOptions& options) {
  if (options.framing == Framing::kChunk) {
    return std::make_unique<HelloSession<ChunkDecoder>>(options);
  }
  return std::make_unique<HelloSession<LineDecoder>>(options);
}

}  // namespace halo::hello
