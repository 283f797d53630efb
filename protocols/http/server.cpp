#include "protocols/http/server.hpp"

#include <algorithm>
#include <utility>

#include "protocols/http/internal/server_share.hpp"
#include "protocols/http/server_session.hpp"
#include "reactor/check.hpp"

namespace halo::http {
namespace {

constexpr std::size_t kSpareMax = 64;  // as many requests begin and end in one event loop's turn
constexpr std::size_t kBodyKeptBytes = 64 * 1024;  // of a spare exchange

}  // namespace

void Exchange::on_head(const RequestHead& head) {
  head_seen = true;
  expects_continue = head.expects_continue;
  method = head.method;
  target = head.target;
  version = head.version;
  headers = &head.headers;
}

void Exchange::on_body(std::span<const std::byte> bytes) {
  body_seen = true;
  body.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

void Exchange::begin() {
  parser.begin();
  head_seen = false;
  expects_continue = false;
  body_seen = false;
  body.clear();
  if (body.capacity() > kBodyKeptBytes) {
    std::string().swap(body);
  }
}

std::unique_ptr<Exchange> ServerShare::take_exchange() {
  if (spare_.empty()) {
    return std::make_unique<Exchange>(options.limits);
  }
  std::unique_ptr<Exchange> exchange = std::move(spare_.back());
  spare_.pop_back();
  return exchange;
}

void ServerShare::give_back(std::unique_ptr<Exchange> exchange) {
  if (spare_.size() < kSpareMax) {
    spare_.push_back(std::move(exchange));
  }
}

Server::Server(RequestHandler handler, const ServerOptions& options)
    : handler_(std::move(handler)), options_(options) {
  HALO_CHECK(handler_ != nullptr, "a server without a handler");
}

Server::~Server() = default;

HandlerFactory Server::factory() {
  return [this](EventLoop& loop, const Endpoint&) {
    return std::make_unique<ServerSession>(*this, loop);
  };
}

ServerShare& Server::share_of(EventLoop& loop) {
  const std::lock_guard lock(mutex_);
  const auto known = std::ranges::find(shares_, &loop, [](const auto& pair) { return pair.first; });
  if (known != shares_.end()) {
    return *known->second;
  }
  return *shares_.emplace_back(&loop, std::make_unique<ServerShare>(handler_, options_)).second;
}

}  // namespace halo::http
