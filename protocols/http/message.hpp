#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <system_error>

#include "protocols/http/headers.hpp"

namespace halo::http {

enum class Version : std::uint8_t { kHttp10, kHttp11 };

/// What says where a body ends. See: RFC 9112, 6.3.
enum class BodyKind : std::uint8_t {
  kNone,
  kLength,      ///< after as many bytes as Content-Length says
  kChunked,     ///< with the last chunk and the trailers
  kUntilClose,  ///< with the connection
};

/// What an answer is to, as far as its framing depends on it.
enum class AnswerTo : std::uint8_t {
  kOther,
  kHead,     ///< HEAD: there is no body, whatever the head says
  kConnect,  ///< CONNECT: after a status of 2xx comes what the tunnel carries
};

/// Where a message ends, and whether the connection may carry another one behind it.
struct Framing {
  BodyKind body = BodyKind::kNone;
  std::uint64_t length = 0;  ///< for kLength: the bytes of the body
  bool keep_alive = false;

  friend bool operator==(const Framing&, const Framing&) = default;
};

/// The first part of an answer. *Lifetime:* views and reference until the parser's next message.
struct ResponseHead {
  Version version;
  int status;
  std::string_view reason;
  const Headers& headers;
  Framing framing;
};

/// The first part of a request. *Lifetime:* as ResponseHead.
struct RequestHead {
  std::string_view method;
  std::string_view target;  ///< as it came: neither decoded nor normalised
  Version version;
  const Headers& headers;
  Framing framing;
  bool expects_continue;  ///< the peer waits for 100 before it sends the body
};

/// How far a parser has come with what it was fed.
struct Progress {
  std::size_t consumed = 0;  ///< bytes from the front that are done with
  std::error_code error;     ///< the message cannot be followed any further
};

}  // namespace halo::http
