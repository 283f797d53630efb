#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <string>
#include <system_error>
#include <utility>

#include "reactor/result.hpp"

namespace halo::http {

/// Where the bytes of a request's body come from. Its form (BodyForm) stands in the request.
/// *Owner:* the client, from the request on. *Thread:* the loop's.
class BodySource {
 public:
  virtual ~BodySource() = default;

  /// Puts the next bytes into `room` and says how many; 0: there are no more. EAGAIN: none now, and
  /// Client::continue_body will say when. Any other failure fails the request.
  /// It is called when the connection takes more, and must not call the client.
  virtual Result<std::size_t> read(std::span<std::byte> room) = 0;

  /// Back to the first byte, for a redirect or a retry; only where BodyForm says replayable.
  [[nodiscard]] virtual std::error_code rewind() = 0;
};

/// A body that is at hand.
class MemoryBody final : public BodySource {
 public:
  explicit MemoryBody(std::string bytes) : bytes_(std::move(bytes)) {}

  Result<std::size_t> read(std::span<std::byte> room) override {
    const std::size_t count = std::min(room.size(), bytes_.size() - next_);
    std::copy_n(std::as_bytes(std::span(bytes_)).begin() + static_cast<std::ptrdiff_t>(next_),
                count, room.begin());
    next_ += count;
    return count;
  }
  std::error_code rewind() override {
    next_ = 0;
    return {};
  }

 private:
  std::string bytes_;
  std::size_t next_ = 0;
};

}  // namespace halo::http
