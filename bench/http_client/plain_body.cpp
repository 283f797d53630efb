#include "bench/http_client/plain_body.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "reactor/connector.hpp"
#include "reactor/event_loop.hpp"
#include "reactor/socket.hpp"

namespace halo::bench {
namespace {

constexpr std::size_t kServedBytes = 256 * 1024;   // at a time
constexpr std::size_t kReceivedBytes = 64 * 1024;  // at a time: as much as a loop reads
constexpr std::size_t kHeadBytesMax = 8 * 1024;
constexpr std::string_view kHeadEnd = "\r\n\r\n";

[[nodiscard]] std::error_code write_all(int fd, std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const Result<std::size_t> count = socket::write_some(fd, bytes);
    if (!count) {
      return count.error();
    }
    bytes = bytes.subspan(*count);
  }
  return {};
}

/// Reads a head. Returns how many bytes of what follows it were read, too.
Result<std::size_t> read_head(int fd) {
  std::string text;
  std::array<std::byte, kHeadBytesMax> piece;
  while (text.size() < kHeadBytesMax) {
    const Result<std::size_t> count = socket::read_some(fd, piece);
    if (!count || *count == 0) {
      return count ? std::make_error_code(std::errc::bad_message) : count.error();
    }
    text.append(reinterpret_cast<const char*>(piece.data()), *count);
    if (const std::size_t end = text.find(kHeadEnd); end != std::string::npos) {
      return text.size() - end - kHeadEnd.size();
    }
  }
  return std::make_error_code(std::errc::bad_message);
}

std::error_code serve_body(int fd, std::uint64_t body_bytes) {
  if (const std::error_code error = socket::set_blocking(fd, true)) {
    return error;
  }
  if (const Result<std::size_t> behind = read_head(fd); !behind) {
    return behind.error();
  }
  const std::string head =
      fmt::format("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body_bytes);
  const std::vector<std::byte> body(kServedBytes, std::byte{'x'});
  std::error_code error = write_all(fd, std::as_bytes(std::span(head)));
  while (!error && body_bytes > 0) {
    const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(kServedBytes, body_bytes));
    error = write_all(fd, std::span(body).first(count));
    body_bytes -= count;
  }
  return error;
}

/// A connected, blocking socket.
Result<OwnedFd> connect_to(const Endpoint& to) {
  const Result<std::unique_ptr<EventLoop>> loop = EventLoop::create();
  if (!loop) {
    return loop.error();
  }
  Result<OwnedFd> socket = std::make_error_code(std::errc::not_connected);
  Connector connector(**loop);
  connector.connect(to, [&socket, &loop = **loop](Result<OwnedFd> outcome) {
    socket = std::move(outcome);
    loop.stop();
  });
  (*loop)->run();
  if (socket) {
    if (const std::error_code error = socket::set_blocking(socket->get(), true)) {
      return error;
    }
  }
  return socket;
}

}  // namespace

std::error_code serve_bodies(int listener, std::uint64_t body_bytes) {
  for (;;) {
    const Result<OwnedFd> accepted = socket::accept(listener, nullptr);
    if (!accepted) {
      return accepted.error();
    }
    (void)serve_body(accepted->get(), body_bytes);  // whoever goes early has its reasons
  }
}

Result<std::uint64_t> receive_body(const Endpoint& from) {
  const Result<OwnedFd> socket = connect_to(from);
  if (!socket) {
    return socket.error();
  }
  const int fd = socket->get();
  constexpr std::string_view kRequest = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
  if (const std::error_code error = write_all(fd, std::as_bytes(std::span(kRequest)))) {
    return error;
  }
  const Result<std::size_t> first = read_head(fd);
  if (!first) {
    return first.error();
  }
  std::uint64_t body_bytes = *first;
  std::vector<std::byte> buffer(kReceivedBytes);
  for (;;) {
    const Result<std::size_t> count = socket::read_some(fd, buffer);
    if (!count) {
      return count.error();
    }
    if (*count == 0) {
      return body_bytes;
    }
    body_bytes += *count;
  }
}

}  // namespace halo::bench
