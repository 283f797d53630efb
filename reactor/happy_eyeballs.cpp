#include "reactor/happy_eyeballs.hpp"

#include <algorithm>
#include <utility>

#include "reactor/check.hpp"
#include "reactor/error.hpp"
#include "reactor/limits.hpp"
#include "reactor/socket.hpp"

namespace halo {
namespace {

/// How much an attempt's failure tells a person who asks why there is no connection at all.
int telling(std::error_code error) noexcept {
  if (socket::out_of_resources(error)) {
    return 5;  // here, and to be mended here
  }
  if (error == std::errc::connection_refused || error == std::errc::connection_reset) {
    return 4;  // the host is there and says no
  }
  if (error == std::errc::permission_denied || error == std::errc::operation_not_permitted ||
      error == Errc::kSelfConnect) {
    return 3;
  }
  if (error == std::errc::timed_out) {
    return 2;
  }
  if (error == std::errc::host_unreachable) {
    return 1;
  }
  return error ? 0 : -1;  // such as no route to a family that is not in use here
}

}  // namespace

std::vector<Endpoint> interleave_families(const std::vector<Endpoint>& endpoints) {
  std::vector<Endpoint> turns[2];  // of the first one's family; of the others
  for (const Endpoint& endpoint : endpoints) {
    auto& turn = turns[endpoint.family() == endpoints.front().family() ? 0 : 1];
    if (std::find(turn.begin(), turn.end(), endpoint) == turn.end()) {
      turn.push_back(endpoint);
    }
  }
  std::vector<Endpoint> order;
  for (std::size_t i = 0; i < std::max(turns[0].size(), turns[1].size()); ++i) {
    for (const std::vector<Endpoint>& turn : turns) {
      if (i < turn.size() && order.size() < limits::kConnectAttemptsMax) {
        order.push_back(turn[i]);
      }
    }
  }
  return order;
}

HappyEyeballs::~HappyEyeballs() { cancel(); }

void HappyEyeballs::connect(const std::vector<Endpoint>& endpoints, OnConnect on_connect,
                            const HappyEyeballsOptions& options) {
  HALO_CHECK(!connecting(), "one race at a time");
  on_connect_ = std::move(on_connect);
  endpoints_ = interleave_families(endpoints);
  attempt_delay_ = options.attempt_delay;
  if (endpoints_.empty()) {  // told by a timer: never inside this call
    timeout_timer_ = loop_.run_after(Duration::zero(), [this] {
      finish(std::make_error_code(std::errc::destination_address_required));
    });
    return;
  }
  if (options.timeout > Duration::zero()) {
    timeout_timer_ = loop_.run_after(options.timeout, [this] { finish(Errc::kConnectTimeout); });
  }
  start_next();
}

void HappyEyeballs::cancel() noexcept {
  loop_.cancel(next_timer_);
  loop_.cancel(timeout_timer_);
  next_timer_ = {};
  timeout_timer_ = {};
  attempts_.clear();
  failed_ = 0;
  most_telling_ = {};
  on_connect_ = nullptr;
}

void HappyEyeballs::start_next() {
  const std::size_t attempt = attempts_.size();
  ConnectOptions options;
  options.timeout = Duration::zero();  // one for all
  attempts_.push_back(std::make_unique<Connector>(loop_));
  attempts_.back()->connect(
      endpoints_[attempt],
      [this, attempt](Result<OwnedFd> outcome) { on_attempt(attempt, std::move(outcome)); },
      options);
  loop_.cancel(next_timer_);
  next_timer_ = {};
  if (attempts_.size() < endpoints_.size()) {
    next_timer_ = loop_.run_after(attempt_delay_, [this] { start_next(); });
  }
}

void HappyEyeballs::on_attempt(std::size_t attempt, Result<OwnedFd> outcome) {
  if (outcome) {
    finish(std::move(outcome));
    return;
  }
  attempts_[attempt].reset();
  ++failed_;
  if (telling(outcome.error()) > telling(most_telling_)) {
    most_telling_ = outcome.error();
  }
  if (attempts_.size() < endpoints_.size()) {
    start_next();  // no need to wait for what has failed
  } else if (failed_ == endpoints_.size()) {
    finish(most_telling_);
  }
}

void HappyEyeballs::finish(Result<OwnedFd> outcome) {
  OnConnect on_connect = std::move(on_connect_);
  cancel();
  on_connect(std::move(outcome));  // last: the callback may destroy this
}

}  // namespace halo
