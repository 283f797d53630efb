#pragma once

#include <cstddef>
#include <initializer_list>
#include <memory>
#include <span>
#include <string_view>
#include <system_error>
#include <vector>

#include "reactor/datagram.hpp"
#include "reactor/datagram_handler.hpp"
#include "reactor/endpoint.hpp"
#include "reactor/event_loop.hpp"
#include "reactor/owned_fd.hpp"
#include "reactor/result.hpp"
#include "reactor/udp_options.hpp"

namespace halo {

class DatagramInbox;
class DatagramOutbox;
struct UdpCalls;

/// A datagram socket of a loop with its handler.
/// *Owner:* the embedder. *Thread:* the loop's, except `tallies`. *Lifetime:* its loop and its
/// handler must outlive it; it must not be destroyed in its own callbacks, where `close` is meant.
///
/// 1. One event receives one batch (UdpOptions::batch_messages), so that a flood cannot keep the
///    loop from its other descriptors, timers and signals.
/// 2. What is sent in a callback leaves right after it, together; what is sent at other times, at
///    the end of the iteration. Datagrams to one peer keep their order.
/// 3. No error ends it: each is counted, and told to the handler. A datagram that the kernel does
///    not take now (EAGAIN) waits, within the bounds of the options; one that it refuses does not.
/// 4. All memory is reserved when it is made; a datagram allocates nothing.
class UdpSocket final : private IoHandler {
 public:
  /// A socket on `at`, an address of this machine; port 0: any free one. On a wildcard address
  /// ("0.0.0.0", "::") answers leave from the address that was asked, see DatagramPeer::local.
  /// Fails with the system's word: EADDRINUSE, EADDRNOTAVAIL, EACCES, EMFILE, ...; with
  /// kBadAddress for a Unix path. *See:* udp(7), ip(7), ipv6(7).
  static Result<std::unique_ptr<UdpSocket>> bind(EventLoop& loop, const Endpoint& at,
                                                 DatagramHandler& handler, UdpOptions options = {});

  /// A socket that exchanges datagrams with `to` only, and hears when nobody is there
  /// (DatagramHandler::on_receive_error). `from`, where not null, is the address to bind first.
  /// Fails as `bind`, and with ENETUNREACH and its like.
  static Result<std::unique_ptr<UdpSocket>> connect(EventLoop& loop, const Endpoint& to,
                                                    DatagramHandler& handler,
                                                    UdpOptions options = {},
                                                    const Endpoint* from = nullptr);
  UdpSocket(const UdpSocket&) = delete;
  UdpSocket& operator=(const UdpSocket&) = delete;

  /// As `close`.
  ~UdpSocket();

  /// Sends `parts`, one behind the other, as one datagram. A zero code says only that it was taken
  /// in: how it fares, the tallies and on_send_error say. Fails, counted, with EMSGSIZE over
  /// kDatagramBytesMax; with ENOBUFS when too much waits for the kernel; with EBADF after `close`.
  /// *Lifetime:* the parts are copied.
  [[nodiscard]] std::error_code send(const DatagramPeer& to,
                                     std::initializer_list<std::span<const std::byte>> parts);
  [[nodiscard]] std::error_code send(const DatagramPeer& to, std::span<const std::byte> bytes) {
    return send(to, {bytes});
  }

  /// Receives and answers what has arrived until now, in bounded time whatever still comes: what a
  /// server does before it stops. Not to be called in a callback.
  void drain();

  /// Gives the descriptor back; what waits is dropped, without a word. A second call does nothing.
  void close();
  bool closed() const noexcept { return !fd_; }

  /// Joins a multicast group, or leaves it; `interface_index` as of if_nametoindex(3), 0: the
  /// system's choice. Fails with the system's word: EADDRINUSE, EADDRNOTAVAIL, ENODEV, EINVAL.
  /// *See:* ip(7), RFC 3678.
  [[nodiscard]] std::error_code join(const Endpoint& group, unsigned interface_index = 0);
  [[nodiscard]] std::error_code leave(const Endpoint& group, unsigned interface_index = 0);

  /// Whether a datagram came from this very socket's address and port: an answer would come back.
  bool is_itself(const DatagramPeer& peer) const noexcept;

  const Endpoint& local_endpoint() const noexcept { return local_; }
  /// The peer of a connected socket; else nobody.
  const DatagramPeer& connected_peer() const noexcept { return connected_peer_; }
  /// What the kernel gave, in its own counting: Linux says twice what was asked for. See socket(7).
  Result<std::size_t> receive_buffer_bytes() const;
  Result<std::size_t> send_buffer_bytes() const;

  /// Whether the kernel cuts (GSO) and joins (GRO) datagrams for this socket, at present.
  bool uses_gso() const noexcept;
  bool uses_gro() const noexcept { return gro_; }

  /// Datagrams that wait for the kernel to take them.
  std::size_t unsent_datagrams() const noexcept;
  /// What it has done so far. *Thread:* any.
  const UdpTallies& tallies() const noexcept { return tallies_; }

  EventLoop& loop() const noexcept { return loop_; }
  int native_handle() const noexcept { return fd_.get(); }

 private:
  class InCallback;

  UdpSocket(EventLoop& loop, OwnedFd fd, DatagramHandler& handler, const UdpOptions& options);
  static Result<std::unique_ptr<UdpSocket>> create(EventLoop& loop, OwnedFd fd,
                                                   DatagramHandler& handler,
                                                   const UdpOptions& options,
                                                   const DatagramPeer& peer);
  std::error_code open(const DatagramPeer& peer);
  void on_ready(Event event) override;
  void on_flush() override;

  std::size_t receive_batch();
  void deliver();
  void flush();
  void send_waiting();
  void wait_for_room(bool progress);
  void end_waiting();
  void give_up();
  void tell_of_sends();

  EventLoop& loop_;
  DatagramHandler& handler_;
  const UdpOptions options_;
  OwnedFd fd_;
  Token watch_;
  const UdpCalls& calls_;
  Endpoint local_;
  DatagramPeer connected_peer_;
  std::unique_ptr<DatagramInbox> inbox_;
  std::unique_ptr<DatagramOutbox> outbox_;
  std::vector<Datagram> datagrams_;  // the ones that the handler sees at a time
  std::size_t messages_wanted_;      // by the next receive
  TimerId give_up_timer_;
  bool gro_ = false;
  bool blocked_ = false;      // the kernel took no more: writability is watched
  bool drained_ = false;      // what waited has gone, which is to be told
  bool in_callback_ = false;  // what is sent leaves after it
  bool telling_ = false;      // of failed sends: their slots stay where they are
  UdpTallies tallies_;
};

}  // namespace halo
