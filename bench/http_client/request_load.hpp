#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "protocols/http/client.hpp"
#include "protocols/http/url.hpp"
#include "reactor/event_loop.hpp"
#include "reactor/time.hpp"

namespace halo::bench {

/// What a load was, and what it cost this process.
struct RequestFigures {
  std::uint64_t requests = 0;  ///< that were answered as they should be
  Duration length{};
  std::optional<Duration> cpu;  ///< empty: the system does not tell
  std::string first_error;      ///< empty: every answer was right; else the load ended with it
};

/// GET, and again when it was answered, over connections that are kept: a closed loop around
/// http::Client. Every answer must be 200, with the same body as the first one.
/// *Thread:* the loop's. *Lifetime:* the loop must outlive it.
class RequestLoad {
 public:
  RequestLoad(EventLoop& loop, http::Url url, std::size_t connections);

  /// Asks `requests` times, over all connections at once, and runs the loop until everything is
  /// answered, or until the first answer that is wrong.
  RequestFigures run(std::uint64_t requests);

 private:
  class Answer;

  void ask();
  void on_answer(int status, const std::string& body);
  void fail(std::string why);

  EventLoop& loop_;
  const http::Request request_;
  const std::size_t connections_;
  http::Client client_;
  std::optional<std::string> body_;  // of the first answer
  std::uint64_t to_ask_ = 0;
  std::uint64_t to_answer_ = 0;
  RequestFigures figures_;
};

}  // namespace halo::bench
