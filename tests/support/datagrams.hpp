#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "reactor/endpoint.hpp"
#include "reactor/owned_fd.hpp"
#include "reactor/udp_socket.hpp"

namespace halo::test {

/// A non-blocking datagram socket of our own on `at`, 127.0.0.1:0 by default.
OwnedFd datagram_socket(const Endpoint& at = Endpoint::loopback_v4(0));
/// One that is connected to `to`: it takes what comes from there only.
OwnedFd datagram_client(const Endpoint& to);

/// Sends one datagram; the kernel must take it.
void send_datagram(int fd, std::string_view bytes);
void send_datagram(int fd, std::string_view bytes, const Endpoint& to);

struct ReceivedDatagram {
  std::string bytes;
  Endpoint from;
};
/// The next datagram that is there now, or nothing.
std::optional<ReceivedDatagram> receive_datagram(int fd);
/// All that are there now.
std::vector<std::string> receive_datagrams(int fd);

/// A port of 127.0.0.1 on which nobody is, as far as that can be known.
Endpoint closed_datagram_port();

/// Notes what a socket tells, and does what it was told to do.
class DatagramRecorder final : public DatagramHandler {
 public:
  using OnBatch = std::function<void(UdpSocket&, std::span<const Datagram>)>;

  void on_datagrams(UdpSocket& socket, std::span<const Datagram> datagrams) override;
  void on_send_error(UdpSocket& socket, const DatagramPeer& peer, std::error_code why) override;
  void on_receive_error(UdpSocket& socket, std::error_code why) override;
  void on_drain(UdpSocket& socket) override;

  OnBatch on_batch;                                  ///< instead of noting the bytes
  std::function<void(UdpSocket&)> on_error;          ///< after a send error
  std::function<void(UdpSocket&)> on_pending_error;  ///< after a receive error
  std::vector<std::string> received;
  std::vector<Endpoint> peers;
  std::vector<Endpoint> locals;
  std::vector<std::size_t> batches;
  std::vector<std::error_code> send_errors;
  std::vector<std::error_code> receive_errors;
  int drains = 0;
};

/// Sends each datagram back to whom it came from.
void echo(UdpSocket& socket, std::span<const Datagram> datagrams);

}  // namespace halo::test
