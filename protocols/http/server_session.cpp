#include "protocols/http/server_session.hpp"

#include <algorithm>
#include <string>

#include "protocols/http/http_error.hpp"
#include "protocols/http/internal/server_share.hpp"
#include "protocols/http/server.hpp"

namespace halo::http {
namespace {

// An idle connection costs at most half a KiB in all, and this is its smaller part.
static_assert(sizeof(ServerSession) <= 64);

/// Answers gathered before they are given to the connection, which says whether the peer keeps up.
constexpr std::size_t kOutBytesMax = 64 * 1024;
constexpr std::size_t kOutKeptBytes = 256 * 1024;

constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
constexpr std::string_view kText = "text/plain; charset=utf-8";

int status_for(std::error_code error, bool in_first_line) noexcept {
  if (error.category() != http_category()) {
    return 400;
  }
  switch (static_cast<HttpErrc>(error.value())) {
    case HttpErrc::kUnknownMethod:
      return 501;
    case HttpErrc::kBadVersion:
      return 505;
    case HttpErrc::kBodyTooLarge:
      return 413;
    case HttpErrc::kLineTooLong:
      return in_first_line ? 414 : 431;
    case HttpErrc::kHeadTooLarge:
    case HttpErrc::kTooManyHeaders:
    case HttpErrc::kTrailersTooLarge:
      return 431;
    default:
      return 400;
  }
}

}  // namespace

ServerSession::ServerSession(Server& server, EventLoop& loop) : share_(server.share_of(loop)) {}

ServerSession::~ServerSession() = default;

std::size_t ServerSession::on_data(Connection& connection, std::span<const std::byte> unread) {
  share_.out.clear();
  const std::size_t consumed = read(connection, unread);
  flush(connection);
  if (exchange_ != nullptr && !begun_) {
    share_.give_back(std::move(exchange_));
  }
  if (share_.out.capacity() > kOutKeptBytes) {
    share_.out.release();
  }
  return consumed;
}

/// Answers the requests at the front of `unread`. Returns how many bytes are done with.
std::size_t ServerSession::read(Connection& connection, std::span<const std::byte> unread) {
  std::size_t consumed = 0;
  while (consumed < unread.size() && connection.reading()) {
    const std::span<const std::byte> rest = unread.subspan(consumed);
    if (!begun_ && answer_plain(connection, rest)) {
      consumed += share_.plain.bytes();
    } else {
      const Progress progress = read_on(connection, rest);
      consumed += progress.consumed;
      if (progress.error) {
        refuse(connection, status_for(progress.error, !exchange_->parser.first_line_read()),
               progress.error.message());
        return unread.size();
      }
      if (!exchange_->parser.complete()) {
        await_rest(connection);
        return consumed;
      }
      answer(connection);
    }
    if (connection.closing()) {
      return unread.size();
    }
    if (share_.out.size() > kOutBytesMax) {
      flush(connection);
    }
  }
  return consumed;
}

/// Answers the request at the front of `rest`, if it is a plain one.
bool ServerSession::answer_plain(Connection& connection, std::span<const std::byte> rest) {
  PlainRequest& plain = share_.plain;
  if (!plain.read({reinterpret_cast<const char*>(rest.data()), rest.size()},
                  share_.options.limits)) {
    return false;
  }
  terms_ = {Version::kHttp11, plain.head_only(), plain.keep_alive()};
  answer(connection, {plain.method(), plain.target(), Version::kHttp11, plain.headers(), {}});
  return true;
}

/// Reads on in the request in progress, or begins the next one.
Progress ServerSession::read_on(Connection& connection, std::span<const std::byte> rest) {
  if (exchange_ == nullptr) {
    exchange_ = share_.take_exchange();
  }
  if (!begun_) {
    begun_ = true;
    begun_at_ = connection.loop().now();
  }
  return exchange_->parser.feed(rest, *exchange_);
}

void ServerSession::answer(Connection& connection) {
  const Exchange& exchange = *exchange_;
  terms_ = {exchange.version, exchange.method == "HEAD", exchange.parser.keep_alive()};
  answer(connection,
         {exchange.method, exchange.target, exchange.version, *exchange.headers, exchange.body});
}

void ServerSession::answer(Connection& connection, const ServerRequest& request) {
  const bool answered = respond(connection, [this, &request](ServerResponse& response) {
    share_.handler(request, response);
  });
  if (!answered) {
    connection.pause_reading();
  }
}

/// Answers the request whose terms these are by what `handler` does. False: that is still to come.
template <class Handler>
bool ServerSession::respond(Connection& connection, Handler&& handler) {
  const TimePoint now = connection.loop().now();
  ServerResponse response(share_.out, share_.heads, now, terms_,
                          {&connection.loop(), connection.id()});
  handler(response);
  const bool awaited = response.awaited();
  terms_.keep_alive = response.keep_alive();  // close_after() holds for what follows, too
  if (!awaited && !response.finish()) {
    ServerResponse(share_.out, share_.heads, now, terms_)
        .send(500, kText, "the server has no answer\n");
  }
  end_request(connection);
  if (!awaited && !terms_.keep_alive) {
    flush(connection);
    connection.close(CloseMode::kFlush);
  }
  return !awaited;
}

void ServerSession::end_work(Connection& connection, LaterResponse::Answer& answer) {
  share_.out.clear();
  if (respond(connection, answer)) {
    connection.resume_reading();
  }
  flush(connection);
}

/// Says what is wrong and closes: where the next request would begin is not known.
void ServerSession::refuse(Connection& connection, int status, std::string_view why) {
  const bool head_only = exchange_->head_seen && exchange_->method == "HEAD";
  ServerResponse response(share_.out, share_.heads, connection.loop().now(),
                          {Version::kHttp11, head_only, false});
  std::string text(status_phrase(status));
  text.append(": ").append(why).append("\n");
  response.send(status, kText, text);
  end_request(connection);
  flush(connection);
  connection.close(CloseMode::kFlush);
}

void ServerSession::await_rest(Connection& connection) {
  Exchange& exchange = *exchange_;
  if (exchange.expects_continue) {
    exchange.expects_continue = false;
    if (!exchange.body_seen) {
      share_.out.append(std::as_bytes(std::span(kContinue)));
    }
  }
  const ServerOptions& options = share_.options;
  if (!timer_armed_) {
    for_body_ = exchange.head_seen;
    arm_timer(connection, for_body_ ? options.request_timeout : options.head_timeout);
  } else if (exchange.head_seen && !for_body_) {
    for_body_ = true;
    connection.loop().cancel(timer_);
    arm_timer(connection, options.request_timeout);
  }
}

/// `timeout` from the request's first byte.
void ServerSession::arm_timer(Connection& connection, Duration timeout) {
  timer_armed_ = true;
  if (timeout == Duration::zero()) {
    return;
  }
  EventLoop& loop = connection.loop();
  const Duration rest = std::max(begun_at_ + timeout - loop.now(), Duration::zero());
  timer_ = loop.run_after(rest, [&loop, id = connection.id()] {
    if (Connection* const late = Connection::find(loop, id); late != nullptr && !late->closing()) {
      auto& session = static_cast<ServerSession&>(late->handler());
      session.share_.out.clear();
      session.refuse(*late, 408, "the request did not arrive in time");
    }
  });
}

void ServerSession::end_request(Connection& connection) {
  if (timer_armed_) {
    connection.loop().cancel(timer_);
    timer_armed_ = false;
  }
  if (begun_) {
    begun_ = false;
    exchange_->begin();
  }
}

void ServerSession::flush(Connection& connection) {
  if (!share_.out.empty()) {
    connection.send(share_.out.bytes());
    share_.out.clear();
  }
}

void ServerSession::on_close(Connection& connection, std::error_code /*why*/) {
  connection.loop().cancel(timer_);
}

}  // namespace halo::http
