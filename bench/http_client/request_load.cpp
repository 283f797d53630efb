#include "bench/http_client/request_load.hpp"

#include <algorithm>
#include <memory>
#include <span>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "bench/process_stats.hpp"

namespace halo::bench {
namespace {

constexpr int kStatusOk = 200;
/// Of a body that is compared with the first one: whoever wants to load with more measures
/// downloads.
constexpr std::size_t kBodyBytesMax = std::size_t{1} << 20;

http::ClientOptions client_options(std::size_t connections) {
  http::ClientOptions options;
  options.connections_per_origin_max = connections;
  options.connections_max = connections;
  options.requests_max = std::max(options.requests_max, connections);
  options.limits.body_bytes_max = kBodyBytesMax;
  options.redirects.follow = false;
  return options;
}

}  // namespace

/// One request's.
class RequestLoad::Answer final : public http::ResponseHandler {
 public:
  explicit Answer(RequestLoad& load) : load_(load) {}

  void on_head(const http::ResponseHead& head) override { status_ = head.status; }
  std::error_code on_body(std::span<const std::byte> bytes) override {
    body_.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    return {};
  }
  void on_done(const http::Outcome& outcome) override {
    if (outcome.error) {
      load_.fail(outcome.detail.empty() ? outcome.error.message() : outcome.detail);
    } else {
      load_.on_answer(status_, body_);
    }
  }

 private:
  RequestLoad& load_;
  int status_ = 0;
  std::string body_;
};

RequestLoad::RequestLoad(EventLoop& loop, http::Url url, std::size_t connections)
    : loop_(loop),
      request_{"GET", std::move(url)},
      connections_(connections),
      client_(loop, client_options(connections)) {}

RequestFigures RequestLoad::run(std::uint64_t requests) {
  figures_ = {};
  to_ask_ = to_answer_ = requests;
  const TimePoint begun_at = monotonic_clock().now();
  const std::optional<Duration> cpu_before = own_cpu_time();
  const auto at_once = static_cast<std::size_t>(std::min<std::uint64_t>(requests, connections_));
  for (std::size_t i = 0; i < at_once; ++i) {
    ask();
  }
  loop_.run();
  const std::optional<Duration> cpu_after = own_cpu_time();
  figures_.length = monotonic_clock().now() - begun_at;
  if (cpu_before && cpu_after) {
    figures_.cpu = *cpu_after - *cpu_before;
  }
  return figures_;
}

void RequestLoad::ask() {
  --to_ask_;
  client_.request(request_, std::make_unique<Answer>(*this));
}

void RequestLoad::on_answer(int status, const std::string& body) {
  if (!body_) {
    body_ = body;
  }
  if (status != kStatusOk || body != *body_) {
    fail(status != kStatusOk ? fmt::format("the server answered {}", status)
                             : "an answer differs from the first one");
    return;
  }
  ++figures_.requests;
  --to_answer_;
  if (to_ask_ > 0) {
    ask();
  } else if (to_answer_ == 0) {
    loop_.stop();
  }
}

void RequestLoad::fail(std::string why) {
  if (figures_.first_error.empty()) {
    figures_.first_error = std::move(why);
  }
  to_ask_ = 0;
  loop_.stop();
}

}  // namespace halo::bench
