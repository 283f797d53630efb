#include "protocols/http/internal/proxy_tunnel.hpp"

#include <array>
#include <utility>

#include "protocols/http/http_error.hpp"
#include "reactor/socket.hpp"

namespace halo::http {
namespace {

constexpr std::size_t kReadBytes = 4096;  // answers of proxies are shorter

}  // namespace

ProxyTunnel::ProxyTunnel(std::string head, const ParserLimits& limits,
                         std::unique_ptr<ByteStream> inside)
    : head_(std::move(head)), parser_(limits), inside_(std::move(inside)) {
  parser_.begin(AnswerTo::kConnect);
}

std::error_code ProxyTunnel::open() {
  if (state_ == State::kAsking) {
    if (const std::error_code error = ask()) {
      return error;
    }
  }
  if (state_ == State::kListening) {
    if (const std::error_code error = listen()) {
      return error;
    }
  }
  return inside_->open();
}

std::error_code ProxyTunnel::ask() {
  while (sent_ < head_.size()) {
    const Result<std::size_t> written =
        socket::write_some(fd_, std::as_bytes(std::span(head_)).subspan(sent_));
    if (!written) {
      return written.error();
    }
    sent_ += *written;
  }
  state_ = State::kListening;
  return {};
}

std::error_code ProxyTunnel::listen() {
  std::array<std::byte, kReadBytes> room;
  while (!parser_.complete()) {
    const Result<std::size_t> count = socket::read_some(fd_, room);
    if (!count) {
      return count.error();
    }
    if (*count == 0) {
      const std::error_code ended = parser_.finish(*this);
      return ended ? ended : make_error_code(HttpErrc::kProxyRefused);
    }
    const Progress progress = parser_.feed(std::span(room).first(*count), *this);
    if (!refusal_.empty()) {
      return HttpErrc::kProxyRefused;
    }
    if (progress.error) {
      return progress.error;
    }
    if (progress.consumed < *count) {
      return HttpErrc::kTrailingBytes;
    }
  }
  state_ = State::kThrough;
  inside_->attach(fd_);
  return {};
}

void ProxyTunnel::on_head(const ResponseHead& head) {
  constexpr int kOk = 200;
  constexpr int kRedirect = 300;
  if (head.status >= kOk && head.status < kRedirect) {
    return;
  }
  refusal_ = "the proxy answered " + std::to_string(head.status);
  if (!head.reason.empty()) {
    refusal_.append(" ").append(head.reason);
  }
  parser_.pause();  // its body explains it to a browser's user
}

Interest ProxyTunnel::read_waits_for() const noexcept {
  switch (state_) {
    case State::kAsking:
      return Interest::kWritable;
    case State::kListening:
      return Interest::kReadable;
    case State::kThrough:
      break;
  }
  return inside_->read_waits_for();
}

std::string ProxyTunnel::failure() const {
  return state_ == State::kThrough ? inside_->failure() : refusal_;
}

}  // namespace halo::http
