#include "servers/threaded_session.hpp"

#include <sys/socket.h>
#include <sys/time.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <span>
#include <string>
#include <string_view>

#include "protocols/hello/chunk_codec.hpp"
#include "reactor/buffer.hpp"
#include "reactor/error.hpp"
#include "reactor/socket.hpp"

namespace halo {
namespace {

constexpr std::size_t kLineReadBytes = 16 * 1024;
/// What a peer may still send after our close: read and dropped, so that it does not turn our last
/// answer into a reset.
constexpr std::size_t kLingerBytesMax = 64 * 1024;
constexpr Duration kLingerTimeout = std::chrono::seconds(1);

/// `option`: SO_RCVTIMEO or SO_SNDTIMEO.
std::error_code set_timeout(int fd, int option, Duration timeout) noexcept {
  // A timeval of zero would mean none at all.
  const auto us =
      std::max(std::chrono::ceil<std::chrono::microseconds>(timeout), std::chrono::microseconds(1));
  timeval value{};
  value.tv_sec = static_cast<time_t>(us.count() / 1'000'000);
  value.tv_usec = static_cast<suseconds_t>(us.count() % 1'000'000);
  return ::setsockopt(fd, SOL_SOCKET, option, &value, sizeof value) == 0 ? std::error_code{}
                                                                         : last_error();
}

/// A blocking call that ran into its timeout says EAGAIN.
std::error_code as_timeout(std::error_code error) noexcept {
  return socket::would_block(error) ? make_error_code(Errc::kIdleTimeout) : error;
}

std::error_code write_all(int fd, std::string_view text) noexcept {
  std::span<const std::byte> bytes = std::as_bytes(std::span(text));
  while (!bytes.empty()) {
    const Result<std::size_t> count = socket::write_some(fd, bytes);
    if (!count) {
      return as_timeout(count.error());
    }
    bytes = bytes.subspan(*count);
  }
  return {};
}

/// FIN, then waits a little for the peer's. *See:* RFC 9293, section 3.6.1.
void linger(int fd) {
  const auto deadline = monotonic_clock().now() + kLingerTimeout;
  std::array<std::byte, 4096> dropped;
  std::size_t dropped_bytes = 0;
  if (socket::shutdown_write(fd)) {
    return;
  }
  while (dropped_bytes < kLingerBytesMax) {
    const Duration left = deadline - monotonic_clock().now();
    if (left <= Duration::zero() || set_timeout(fd, SO_RCVTIMEO, left)) {
      return;
    }
    const Result<std::size_t> count = socket::read_some(fd, dropped);
    if (!count || *count == 0) {
      return;
    }
    dropped_bytes += *count;
  }
}

template <hello::Decoder D>
class BlockingSession {
 public:
  BlockingSession(int fd, D decoder, const ThreadedSessionOptions& options)
      : fd_(fd), decoder_(decoder), options_(options) {}

  std::error_code run(const std::atomic<bool>& draining) {
    if (const std::error_code error = write_all(fd_, hello::welcome(D::kFraming))) {
      return error;
    }
    while (true) {
      const Result<std::size_t> count = socket::read_some(fd_, room());
      if (!count) {
        return as_timeout(count.error());
      }
      const bool ended = *count == 0;
      if (ended && draining) {
        return {};
      }
      unread_.commit(*count);
      if (const std::error_code error = answer(ended)) {
        return error;
      }
      if (closing_ || ended) {
        if (!ended) {
          linger(fd_);
        }
        return {};
      }
    }
  }

 private:
  std::span<std::byte> room() {
    if constexpr (D::kFraming == hello::Framing::kChunk) {
      return unread_.prepare(D::kMessageBytesMax).first(D::kMessageBytesMax);
    } else {
      return unread_.prepare(kLineReadBytes);
    }
  }

  /// Answers all messages of one read, with one write where no work comes between them.
  std::error_code answer(bool ended) {
    while (!closing_) {
      const auto decoded =
          ended ? decoder_.decode_eof(unread_.bytes()) : decoder_.decode(unread_.bytes());
      if (decoded.error) {
        answers_ += hello::line_too_long(options_.line_bytes_max);
        closing_ = true;
      } else if (!decoded.message) {
        break;
      } else if (*decoded.message == hello::kExit) {
        closing_ = true;
      } else {
        if (const std::error_code error = work()) {
          return error;
        }
        hello::append_answer(answers_, D::kFraming, *decoded.message);
        unread_.consume(decoded.consumed);
      }
    }
    return send_answers();
  }

  /// Nobody waits for an answer because of the work for the next one.
  std::error_code work() {
    if (options_.work.kind == hello::Work::Kind::kNone) {
      return {};
    }
    if (const std::error_code error = send_answers()) {
      return error;
    }
    hello::do_work(options_.work);
    return {};
  }

  std::error_code send_answers() {
    const std::error_code error = write_all(fd_, answers_);
    answers_.clear();
    return error;
  }

  const int fd_;
  D decoder_;
  const ThreadedSessionOptions& options_;
  Buffer unread_;
  std::string answers_;
  bool closing_ = false;
};

}  // namespace

std::error_code serve_hello(int fd, const ThreadedSessionOptions& options,
                            const std::atomic<bool>& draining) {
  (void)socket::set_no_delay(fd);  // a slower connection is better than none
  if (options.idle_timeout > Duration::zero()) {
    for (const int option : {SO_RCVTIMEO, SO_SNDTIMEO}) {
      if (const std::error_code error = set_timeout(fd, option, options.idle_timeout)) {
        return error;
      }
    }
  }
  if (options.framing == hello::Framing::kChunk) {
    return BlockingSession(fd, hello::ChunkDecoder(), options).run(draining);
  }
  return BlockingSession(fd, hello::LineDecoder(options.line_bytes_max), options).run(draining);
}

}  // namespace halo
