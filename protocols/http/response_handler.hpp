#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>

#include "protocols/http/headers.hpp"
#include "protocols/http/message.hpp"
#include "protocols/http/url.hpp"
#include "reactor/endpoint.hpp"
#include "reactor/time.hpp"

namespace halo::http {

/// How far a request has come.
enum class Stage : std::uint8_t {
  kWait,      ///< for a connection that others use
  kResolve,   ///< the host's addresses are looked up
  kConnect,   ///< to the host, or its proxy, including TLS
  kSend,      ///< the request is on its way
  kAwait,     ///< it was sent, and no byte of the answer has come
  kReceive,   ///< the answer is on its way
  kComplete,  ///< all of it is here
};

/// How long each part of a connection took to make; nothing for what it did not need.
struct ConnectionTimes {
  Duration resolve{};
  Duration connect{};
  std::optional<Duration> tls;
};

/// What a request goes out on, for logs and figures.
struct Departure {
  std::string_view head;   ///< as it goes out, with what is secret in it
  const Endpoint& remote;  ///< the server's, or its proxy's
  /// Of the connection, where this is its first request.
  const std::optional<ConnectionTimes>& times;
};

/// How a request ended.
struct Outcome {
  /// Zero: the answer is complete. Else an HttpErrc, a reactor's Errc, or the word of the system,
  /// of the resolver (see lookup_category) or of TLS.
  std::error_code error;
  Stage stage;
  /// What was asked for at last, after redirects.
  const Url& url;
  /// What `error` has no room for, in one line for a person; mostly empty.
  std::string detail;
};

/// What becomes of a request: the part of whoever asked.
///
///     (on_sent | on_interim | on_redirect)* (on_head on_body* on_trailers?)? on_done
///
/// 1. on_done comes once, unless the request was cancelled or the client went; it is the last call.
/// 2. Nothing but on_sent comes during Client::request. Any callback but on_sent may call the
///    client, cancel its own request, or destroy the client.
/// *Owner:* the client, until the end of the iteration in which the request ended. *Thread:* the
/// loop's.
class ResponseHandler {
 public:
  virtual ~ResponseHandler() = default;

  /// The request goes out, at first, again, or to where a redirect leads. It must not call the
  /// client. *Lifetime:* the departure's is the call's.
  virtual void on_sent(const Departure& departure) { (void)departure; }
  virtual void on_interim(const ResponseHead& head) { (void)head; }
  /// The answer was `head`, and `to` is asked next.
  virtual void on_redirect(const ResponseHead& head, const Url& to) {
    (void)head;
    (void)to;
  }
  virtual void on_head(const ResponseHead& head) { (void)head; }
  /// Bytes of the body, in order, valid during the call. An error fails the request with it. Who
  /// cannot take more for now calls Client::pause.
  [[nodiscard]] virtual std::error_code on_body(std::span<const std::byte> bytes) = 0;
  virtual void on_trailers(const Headers& trailers) { (void)trailers; }
  virtual void on_done(const Outcome& outcome) = 0;
};

}  // namespace halo::http
