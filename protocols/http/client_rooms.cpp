#include "protocols/http/internal/client_rooms.hpp"

#include <algorithm>
#include <utility>

#include "protocols/http/http_error.hpp"
#include "protocols/http/internal/client_session.hpp"
#include "protocols/http/internal/pool.hpp"
#include "protocols/http/internal/route.hpp"
#include "reactor/error.hpp"

namespace halo::http {
namespace {

/// Of memory that waits for the next request: ample for one without long cookies.
constexpr std::size_t kSpareHeadBytesMax = 4 * 1024;

ConnectionOptions connection_options(const ClientOptions& options) {
  ConnectionOptions connection;
  connection.handshake_timeout = Duration::zero();           // the dial's own covers it
  connection.linger_timeout = std::chrono::milliseconds(1);  // whole answers need no waiting
  connection.unread_bytes_max =
      std::max(connection.unread_bytes_max, 2 * options.limits.head_bytes_max);
  return connection;
}

}  // namespace

ClientRooms::ClientRooms(EventLoop& its_loop, ClientOptions its_options)
    : loop(its_loop),
      options(std::move(its_options)),
      resolver(std::make_unique<Resolver>(loop, options.resolver)),
      table(std::make_unique<ConnectionTable>(loop, connection_options(options))) {}

ClientRooms::~ClientRooms() = default;

void ClientRooms::shut_down() {
  closed = true;
  exchanges.for_each([this](Token token, Exchange& exchange) {
    release(exchange);
    exchanges.erase(token);
  });
  for (auto& [origin, pool] : pools) {
    pool->shut_down();
  }
  resolver.reset();
  table.reset();
}

void ClientRooms::dispatch(Token token, bool first) {
  Exchange& exchange = *exchanges.find(token);
  exchange.stage = Stage::kWait;
  if (Pool* const pool = pool_for(token)) {
    if (!exchange.timer && exchange.deadlines.total > Duration::zero()) {
      const TimePoint at = saturating_add(exchange.begun_at, exchange.deadlines.total);
      exchange.timer = loop.run_after(at - loop.now(), [this, token] { on_total_timeout(token); });
    }
    pool->submit(token, first);
  }
}

/// Writes the request's head, and finds where its connections are. Null: neither can be; it is
/// going to be told.
Pool* ClientRooms::pool_for(Token token) {
  Exchange& exchange = *exchanges.find(token);
  if (exchange.head.capacity() < spare_head.capacity()) {
    exchange.head.swap(spare_head);
  }
  exchange.head.clear();
  const Url& url = exchange.request.url;
  const Result<std::optional<Proxy>> proxy = choose_proxy(url, options.proxies);
  if (!proxy) {
    finish_later(token, proxy.error());
    return nullptr;
  }
  if (const std::error_code error = append_head_for(exchange.head, exchange.request, *proxy)) {
    finish_later(token, error);
    return nullptr;
  }
  if (url.is_https() && !options.secure_stream) {
    finish_later(token, HttpErrc::kNoTls);
    return nullptr;
  }
  route_name.clear();
  append_route_name(route_name, url, *proxy);
  if (const auto known = pools.find(route_name); known != pools.end()) {
    return known->second.get();
  }
  Result<Route> route = route_to(url, *proxy);
  if (!route) {
    finish_later(token, route.error());
    return nullptr;
  }
  return pools.emplace(route_name, std::make_unique<Pool>(*this, std::move(*route)))
      .first->second.get();
}

void ClientRooms::keep_spare(std::string& head) noexcept {
  if (head.capacity() <= kSpareHeadBytesMax && head.capacity() > spare_head.capacity()) {
    spare_head.swap(head);
  }
  head = std::string();
}

/// What others may still have on their stack outlives the iteration.
void ClientRooms::release(Exchange& exchange) {
  loop.cancel(exchange.timer);
  loop.reap_later([handler = std::move(exchange.handler), body = std::move(exchange.body)] {});
}

void ClientRooms::finish(Token token, std::error_code error, std::string detail) {
  Exchange& exchange = *exchanges.find(token);
  const Url url = std::move(exchange.request.url);
  const Outcome outcome{error, exchange.stage, url, std::move(detail)};
  ResponseHandler& handler = *exchange.handler;
  release(exchange);
  exchanges.erase(token);
  handler.on_done(outcome);
}

void ClientRooms::finish_later(Token token, std::error_code error, std::string detail) {
  Exchange& exchange = *exchanges.find(token);
  loop.cancel(exchange.timer);
  exchange.timer =
      loop.run_after(Duration::zero(), [this, token, error, detail = std::move(detail)]() mutable {
        finish(token, error, std::move(detail));
      });
}

bool ClientRooms::drop(Token token) {
  Exchange* const exchange = exchanges.find(token);
  if (exchange == nullptr) {
    return false;
  }
  ClientSession* const session = exchange->session;
  Pool* const queued_in = exchange->queued_in;
  if (queued_in != nullptr) {
    queued_in->withdraw(*exchange);
  }
  release(*exchange);
  exchanges.erase(token);
  if (session != nullptr) {
    session->abandon();
  }
  if (queued_in != nullptr) {
    queued_in->hang_up_surplus();
  }
  return true;
}

/// Of the time between the request and its end; silence is the session's.
void ClientRooms::on_total_timeout(Token token) {
  Exchange& exchange = *exchanges.find(token);
  exchange.timer = {};
  if (exchange.queued_in != nullptr) {
    Pool& pool = *exchange.queued_in;
    exchange.stage = pool.stage();
    pool.withdraw(exchange);
    pool.hang_up_surplus();
  } else {
    std::exchange(exchange.session, nullptr)->abandon();
  }
  finish(token, Errc::kMessageTimeout);
}

// ---- places ----

void ClientRooms::serve_starved() {
  while (!closed && !starved.empty() && connections < options.connections_max) {
    starved.front()->connect_as_wanted();
  }
}

void ClientRooms::dismiss_longest_idle() {
  if (!idle_sessions.empty()) {
    idle_sessions.front()->dismiss();
  }
}

void ClientRooms::remove_if_unused(const std::string& origin) {
  const auto pool = pools.find(origin);
  if (pool != pools.end() && pool->second->unused()) {
    pools.erase(pool);
  }
}

}  // namespace halo::http
