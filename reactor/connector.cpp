#include "reactor/connector.hpp"

#include <memory>
#include <utility>

#include "reactor/check.hpp"
#include "reactor/error.hpp"
#include "reactor/socket.hpp"

namespace halo {

Connector::~Connector() { cancel(); }

void Connector::connect(const Endpoint& to, OnConnect on_connect, const ConnectOptions& options) {
  HALO_CHECK(!connecting(), "one attempt at a time");
  on_connect_ = std::move(on_connect);
  Result<OwnedFd> socket =
      socket::start_connect(to, options.from.has_value() ? &*options.from : nullptr);
  std::error_code error = socket.error();
  if (!error) {
    socket_ = std::move(*socket);
    Result<Token> watch = loop_.watch(socket_.get(), Interest::kWritable, *this);
    error = watch.error();
    if (!error) {
      watch_ = *watch;
    }
  }
  if (error) {  // told by a timer: never inside this call
    timer_ = loop_.run_after(Duration::zero(), [this, error] { finish(error); });
  } else if (options.timeout > Duration::zero()) {
    timer_ = loop_.run_after(options.timeout, [this] { finish(Errc::kConnectTimeout); });
  }
}

void Connector::cancel() noexcept {
  loop_.cancel(timer_);
  loop_.unwatch(watch_);
  timer_ = {};
  watch_ = {};
  socket_.reset();
  on_connect_ = nullptr;
}

void Connector::on_ready(Event) {
  const std::error_code error = socket::finish_connect(socket_.get());
  if (error == std::errc::not_connected) {
    return;  // spurious: neither an error nor a peer yet
  }
  finish(error ? Result<OwnedFd>(error) : Result<OwnedFd>(OwnedFd(socket_.release())));
}

void Connector::finish(Result<OwnedFd> outcome) {
  OnConnect on_connect = std::move(on_connect_);
  cancel();
  on_connect(std::move(outcome));  // last: the callback may destroy this
}

}  // namespace halo
