#include "servers/blocking_udp_server.hpp"

#include <cerrno>
#include <utility>

#include "reactor/error.hpp"
#include "reactor/internal/send_drop.hpp"
#include "reactor/internal/udp_open.hpp"
#include "reactor/limits.hpp"
#include "reactor/socket.hpp"
#include "servers/process.hpp"

namespace halo {
namespace {

/// More than any datagram has, over IPv6 too, so that none is ever cut.
constexpr std::size_t kRoomBytes = 64 * 1024;

}  // namespace

BlockingUdpServer::BlockingUdpServer(OwnedFd fd, Endpoint local,
                                     const BlockingUdpServerOptions& options)
    : fd_(std::move(fd)), local_(std::move(local)), options_(options), room_(kRoomBytes) {}

Result<BlockingUdpServer> BlockingUdpServer::bind(const Endpoint& at,
                                                  const BlockingUdpServerOptions& options) {
  Result<OwnedFd> fd = open_udp(at, {});
  if (!fd) {
    return fd.error();
  }
  if (const std::error_code error = socket::set_blocking(fd->get(), true)) {
    return error;
  }
  Result<Endpoint> local = socket::local_endpoint(fd->get());
  if (!local) {
    return local.error();
  }
  return BlockingUdpServer(std::move(*fd), std::move(*local), options);
}

bool BlockingUdpServer::serve(Duration grace) {
  std::optional<TimePoint> deadline;
  std::size_t left = 0;
  while (true) {
    if (!deadline && process::waiting_stopped()) {
      deadline = saturating_add(monotonic_clock().now(), grace);
      // No more can have arrived by now; more may come, for ever.
      const Result<std::size_t> bytes = buffer_bytes(fd_.get(), SO_RCVBUF);
      left = bytes ? *bytes / limits::kMessageBufferBytesMin + 1 : 1;
    }
    const std::optional<std::string_view> message = receive();
    if (message) {
      if (deadline && monotonic_clock().now() >= *deadline) {
        return false;
      }
      serve_one(*message);
    } else if (deadline) {
      return true;
    }
    if (deadline && --left == 0) {
      return true;
    }
  }
}

/// Nothing: an error, or nothing is there and the waiting was stopped.
std::optional<std::string_view> BlockingUdpServer::receive() {
  peer_.length = sizeof peer_.storage;
  const ssize_t bytes =
      ::recvfrom(fd_.get(), room_.data(), room_.size(), 0, peer_.get(), &peer_.length);
  if (bytes >= 0) {
    ++counters_.receive_calls;
    ++counters_.received;
    return std::string_view(room_.data(), static_cast<std::size_t>(bytes));
  }
  if (errno != EINTR && errno != EAGAIN) {
    ++counters_.receive_errors;
  }
  return std::nullopt;
}

void BlockingUdpServer::serve_one(std::string_view message) {
  const Endpoint peer = to_endpoint(peer_);
  const hello::DatagramVerdict verdict = hello::judge(
      message, {.port = peer.port(), .is_server = peer == local_, .cut = false}, options_.guard);
  ++counters_.judged[static_cast<std::size_t>(verdict)];
  if (verdict == hello::DatagramVerdict::kAnswer) {
    hello::do_work(options_.work);
    answer(message);
  }
}

void BlockingUdpServer::answer(std::string_view message) {
  answer_.clear();
  for (const std::string_view part : hello::answer_parts(message)) {
    answer_ += part;
  }
  while (::sendto(fd_.get(), answer_.data(), answer_.size(), 0, peer_.get(), peer_.length) < 0) {
    if (errno != EINTR) {
      ++counters_.dropped[static_cast<std::size_t>(reason_of(errno))];
      return;
    }
  }
  ++counters_.send_calls;
  ++counters_.answered;
}

}  // namespace halo
