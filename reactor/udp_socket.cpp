#include "reactor/udp_socket.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <utility>

#include "reactor/check.hpp"
#include "reactor/internal/datagram_inbox.hpp"
#include "reactor/internal/datagram_outbox.hpp"
#include "reactor/internal/udp_calls.hpp"
#include "reactor/internal/udp_control.hpp"
#include "reactor/internal/udp_open.hpp"

namespace halo {

UdpSocket::UdpSocket(EventLoop& loop, OwnedFd fd, DatagramHandler& handler,
                     const UdpOptions& options)
    : loop_(loop),
      handler_(handler),
      options_(options),
      fd_(std::move(fd)),
      calls_(options.batch_calls == Offload::kAuto ? kUdpCallsBest : kUdpCallsOneByOne),
      datagrams_(options.batch_messages),
      messages_wanted_(options.batch_messages) {}

UdpSocket::~UdpSocket() {
  HALO_CHECK(!in_callback_, "a socket is not destroyed in its own callback: use close()");
  close();
}

Result<std::unique_ptr<UdpSocket>> UdpSocket::bind(EventLoop& loop, const Endpoint& at,
                                                   DatagramHandler& handler, UdpOptions options) {
  Result<OwnedFd> fd = open_udp(at, options);
  return fd ? create(loop, std::move(*fd), handler, options, {}) : fd.error();
}

Result<std::unique_ptr<UdpSocket>> UdpSocket::connect(EventLoop& loop, const Endpoint& to,
                                                      DatagramHandler& handler, UdpOptions options,
                                                      const Endpoint* from) {
  const Result<DatagramPeer> peer = DatagramPeer::to(to);
  if (!peer) {
    return peer.error();
  }
  Result<OwnedFd> fd = open_connected_udp(to, from, options);
  return fd ? create(loop, std::move(*fd), handler, options, *peer) : fd.error();
}

Result<std::unique_ptr<UdpSocket>> UdpSocket::create(EventLoop& loop, OwnedFd fd,
                                                     DatagramHandler& handler,
                                                     const UdpOptions& options,
                                                     const DatagramPeer& peer) {
  HALO_CHECK(options.batch_messages > 0, "a batch has a message");
  HALO_CHECK(options.batch_messages <= limits::kDatagramsPerCallMax, "one call takes no more");
  HALO_CHECK(options.unsent_bytes_max <= std::numeric_limits<std::uint32_t>::max(),
             "less than 4 GiB wait");
  HALO_CHECK(options.unsent_datagrams_max <= std::numeric_limits<std::uint32_t>::max(),
             "their number has 32 bits");
  std::unique_ptr<UdpSocket> udp(new UdpSocket(loop, std::move(fd), handler, options));
  if (const std::error_code error = udp->open(peer)) {
    return error;
  }
  return udp;
}

std::error_code UdpSocket::open(const DatagramPeer& peer) {
  Result<Endpoint> local = socket::local_endpoint(fd_.get());
  if (!local) {
    return local.error();
  }
  local_ = std::move(*local);
  connected_peer_ = peer;
  const bool connected = peer.port() != 0;
  // A socket with one address answers from there without being told.
  const bool asks = !connected && is_wildcard(local_);
  if (asks) {
    const int domain = local_.family() == Endpoint::Family::kIpv6 ? AF_INET6 : AF_INET;
    if (const std::error_code error = ask_for_local_address(fd_.get(), domain)) {
      return error;
    }
  }
  gro_ = options_.gro == Offload::kAuto && switch_gro_on(fd_.get());
  inbox_ = std::make_unique<DatagramInbox>(options_.batch_messages, asks || gro_);
  outbox_ = std::make_unique<DatagramOutbox>(
      DatagramOutbox::Setup{.messages = options_.batch_messages,
                            .datagrams_max = options_.unsent_datagrams_max,
                            .bytes_max = options_.unsent_bytes_max,
                            .connected = connected,
                            .gso = options_.gso == Offload::kAuto && has_gso(fd_.get())},
      tallies_);
  const Result<Token> watch = loop_.watch(fd_.get(), Interest::kReadable, *this);
  if (!watch) {
    return watch.error();
  }
  watch_ = *watch;
  return {};
}

void UdpSocket::close() {
  if (!fd_) {
    return;
  }
  loop_.cancel(give_up_timer_);
  loop_.unwatch(watch_);
  watch_ = {};
  fd_.reset();
  blocked_ = false;
}

std::error_code UdpSocket::join(const Endpoint& group, unsigned interface_index) {
  return join_group(fd_.get(), group, interface_index);
}

std::error_code UdpSocket::leave(const Endpoint& group, unsigned interface_index) {
  return leave_group(fd_.get(), group, interface_index);
}

bool UdpSocket::is_itself(const DatagramPeer& peer) const noexcept {
  if (peer.port() != local_.port()) {
    return false;
  }
  return peer.has_local_address() || peer.endpoint() == local_;
}

Result<std::size_t> UdpSocket::receive_buffer_bytes() const {
  return buffer_bytes(fd_.get(), SO_RCVBUF);
}
Result<std::size_t> UdpSocket::send_buffer_bytes() const {
  return buffer_bytes(fd_.get(), SO_SNDBUF);
}

bool UdpSocket::uses_gso() const noexcept { return outbox_->gso_bytes_max() > 0; }

std::size_t UdpSocket::unsent_datagrams() const noexcept { return fd_ ? outbox_->waiting() : 0; }

}  // namespace halo
