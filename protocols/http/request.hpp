#pragma once

#include <cstdint>
#include <string>

#include "protocols/http/headers.hpp"
#include "protocols/http/url.hpp"

namespace halo::http {

/// How a request's body is framed, and whether it can be sent a second time. The bytes themselves
/// are their owner's.
struct BodyForm {
  enum class Framing : std::uint8_t {
    kNone,     ///< no body
    kLength,   ///< exactly `bytes` bytes
    kChunked,  ///< as many as come, in chunks
  };

  Framing framing = Framing::kNone;
  std::uint64_t bytes = 0;  ///< for kLength
  /// Whether the bytes can be read again from their beginning, for a redirect or a retry.
  bool replayable = true;

  friend bool operator==(const BodyForm&, const BodyForm&) = default;
};

/// A request as a value: all but the body's bytes.
struct Request {
  std::string method = "GET";
  Url url;
  /// What is sent beside Host and the body's framing, in this order.
  Headers headers{};
  BodyForm body{};

  friend bool operator==(const Request&, const Request&) = default;
};

}  // namespace halo::http
