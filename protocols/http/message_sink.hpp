#pragma once

#include <cstddef>
#include <span>

#include "protocols/http/headers.hpp"
#include "protocols/http/message.hpp"

namespace halo::http {

/// Where a parser puts what it reads: one on_head, any number of on_body, one on_complete, unless
/// the message turns out to be wrong. A callback may pause the parser, not feed it.
class MessageSink {
 public:
  /// Bytes of the body, decoded from chunks, in order. *Lifetime:* the call's.
  virtual void on_body(std::span<const std::byte> bytes) = 0;
  /// The message is whole. `trailers` came behind a chunked body; mostly none.
  virtual void on_complete(const Headers& trailers) = 0;

 protected:
  ~MessageSink() = default;
};

class ResponseSink : public MessageSink {
 public:
  /// An answer of 1xx, behind which the final one comes.
  virtual void on_interim(const ResponseHead& head) { (void)head; }
  virtual void on_head(const ResponseHead& head) = 0;

 protected:
  ~ResponseSink() = default;
};

class RequestSink : public MessageSink {
 public:
  virtual void on_head(const RequestHead& head) = 0;

 protected:
  ~RequestSink() = default;
};

}  // namespace halo::http
