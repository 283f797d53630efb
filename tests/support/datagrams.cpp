#include "tests/support/datagrams.hpp"

#include <fcntl.h>
#include <sys/socket.h>

#include "reactor/check.hpp"
#include "reactor/internal/socket_address.hpp"
#include "reactor/internal/socket_parts.hpp"
#include "reactor/socket.hpp"
#include "tests/support/sockets.hpp"

namespace halo::test {

OwnedFd datagram_socket(const Endpoint& at) {
  Result<OwnedFd> fd = socket::new_socket(socket::domain_of(at), SOCK_DGRAM);
  HALO_CHECK(fd.has_value(), "a datagram socket can be made");
  HALO_CHECK(!socket::bind(fd->get(), at), "it can be bound");
  return std::move(*fd);
}

OwnedFd datagram_client(const Endpoint& to) {
  Result<OwnedFd> fd = socket::new_socket(socket::domain_of(to), SOCK_DGRAM);
  HALO_CHECK(fd.has_value(), "a datagram socket can be made");
  const SocketAddress address = to_socket_address(to).value();
  HALO_CHECK(::connect(fd->get(), address.get(), address.length) == 0, "it can be connected");
  return std::move(*fd);
}

void send_datagram(int fd, std::string_view bytes) {
  const ssize_t sent = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  HALO_CHECK(sent == static_cast<ssize_t>(bytes.size()), "the kernel takes a datagram");
}

void send_datagram(int fd, std::string_view bytes, const Endpoint& to) {
  const SocketAddress address = to_socket_address(to).value();
  const ssize_t sent =
      ::sendto(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL, address.get(), address.length);
  HALO_CHECK(sent == static_cast<ssize_t>(bytes.size()), "the kernel takes a datagram");
}

std::optional<ReceivedDatagram> receive_datagram(int fd) {
  static thread_local std::vector<char> room(64 * 1024);
  SocketAddress address;
  const ssize_t count = ::recvfrom(fd, room.data(), room.size(), 0, address.get(), &address.length);
  if (count < 0) {
    return std::nullopt;
  }
  return ReceivedDatagram{std::string(room.data(), static_cast<std::size_t>(count)),
                          to_endpoint(address)};
}

std::vector<std::string> receive_datagrams(int fd) {
  std::vector<std::string> all;
  while (std::optional<ReceivedDatagram> one = receive_datagram(fd)) {
    all.push_back(std::move(one->bytes));
  }
  return all;
}

Endpoint closed_datagram_port() {
  const OwnedFd gone = datagram_socket();
  return local_endpoint_of(gone.get());
}

void DatagramRecorder::on_datagrams(UdpSocket& socket, std::span<const Datagram> datagrams) {
  batches.push_back(datagrams.size());
  if (on_batch) {
    on_batch(socket, datagrams);
    return;
  }
  for (const Datagram& datagram : datagrams) {
    received.emplace_back(as_text(datagram.bytes));
    peers.push_back(datagram.peer->endpoint());
    locals.push_back(datagram.peer->local());
  }
}

void DatagramRecorder::on_send_error(UdpSocket& socket, const DatagramPeer& /*peer*/,
                                     std::error_code why) {
  send_errors.push_back(why);
  if (on_error) {
    on_error(socket);
  }
}

void DatagramRecorder::on_receive_error(UdpSocket& socket, std::error_code why) {
  receive_errors.push_back(why);
  if (on_pending_error) {
    on_pending_error(socket);
  }
}

void DatagramRecorder::on_drain(UdpSocket& /*socket*/) { ++drains; }

void echo(UdpSocket& socket, std::span<const Datagram> datagrams) {
  for (const Datagram& datagram : datagrams) {
    (void)socket.send(*datagram.peer, datagram.bytes);  // counted by the socket
  }
}

}  // namespace halo::test
