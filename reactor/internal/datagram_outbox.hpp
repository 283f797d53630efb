#pragma once

// Where the datagrams of one socket wait for their system call.

#include <sys/uio.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <system_error>
#include <vector>

#include "reactor/datagram.hpp"
#include "reactor/internal/udp_calls.hpp"
#include "reactor/internal/udp_control.hpp"
#include "reactor/tally.hpp"
#include "reactor/udp_options.hpp"

namespace halo {

/// Gathers datagrams, and sends them in batches: many in one system call, and several of the same
/// size to one peer as one message that the kernel cuts (GSO).
/// *Owner:* a UdpSocket. *Thread:* the loop's.
///
///   slot      event                              then
///   --------------------------------------------------------------------------
///   waiting   the kernel takes it                sent
///   waiting   EAGAIN                             waiting, and so is what follows
///   waiting   GSO's own error (EIO, EINVAL, ...) waiting: goes again, in a smaller message
///   waiting   any other error                    failed, with its reason
///   waiting   given up                           failed, EAGAIN
///
/// 1. Datagrams to one peer leave in the order in which they were added; between peers there is no
///    order.
/// 2. What GSO fails at is sent again one by one: nothing is lost. Where that helps, GSO is off
///    after it: for datagrams of this size and longer ones (EINVAL, EMSGSIZE: they do not fit the
///    path), or altogether (EIO: the interface has no checksums to offer). See udp(7).
/// 3. `send` and `give_up` leave the failed ones in place, for `failures` to tell of, until
///    `forget_done`.
/// 4. Nothing is allocated after the construction.
class DatagramOutbox {
 public:
  /// What is reserved, and what the socket can.
  struct Setup {
    std::size_t messages;       ///< in one call, at least one
    std::size_t datagrams_max;  ///< slots, at least one
    std::size_t bytes_max;      ///< of all waiting datagrams, at least kDatagramBytesMax
    bool connected;             ///< the kernel knows the peer, and some kernels refuse to hear it
    bool gso;
  };
  /// *Lifetime:* the tallies must outlive the outbox.
  DatagramOutbox(const Setup& setup, UdpTallies& tallies);

  /// Adds a datagram of `parts`, of `bytes` together. False: no room.
  bool add(const DatagramPeer& to, std::initializer_list<std::span<const std::byte>> parts,
           std::size_t bytes) noexcept;

  /// Sends what waits. True: nothing waits any more; false: the kernel takes no more now.
  bool send(int fd, const UdpCalls& calls) noexcept;

  /// Fails what waits, with EAGAIN.
  void give_up() noexcept;

  /// Calls `tell(peer, why)` for each failure, in order. `tell` may add.
  template <class Tell>
  void failures(Tell tell) {
    for (std::size_t i = 0; failed_ > 0 && i < count_; ++i) {
      if (slots_[i].error != 0) {
        const std::error_code why(slots_[i].error, std::system_category());
        slots_[i].error = 0;  // told, even if `tell` throws
        --failed_;
        tell(slots_[i].peer, why);
      }
    }
  }

  /// Makes room where datagrams were sent or failed.
  void forget_done() noexcept;

  bool empty() const noexcept { return count_ == 0; }
  std::size_t waiting() const noexcept { return waiting_; }
  /// Failures that were not told yet.
  std::size_t failed() const noexcept { return failed_; }
  /// The error that was pending on a connected socket, once.
  std::error_code take_pending_error() noexcept;
  /// Bytes of the longest datagram that GSO is used for; zero: it is off.
  std::size_t gso_bytes_max() const noexcept { return gso_bytes_max_; }

 private:
  struct Slot {
    DatagramPeer peer;
    std::uint32_t at;  // in bytes_
    std::uint32_t bytes;
    std::uint32_t message;  // index, in the present batch
    int error;              // errno that is still to be told; 0: none
    bool waiting;
  };
  struct alignas(8) Control {
    std::array<std::byte, kControlBytes> bytes;
  };
  /// A message of the present batch, beside its header.
  struct Group {
    std::uint32_t first;  // slot
    std::uint32_t datagrams;
    std::uint32_t datagram_bytes;  // of each; the last may have fewer
    std::uint32_t bytes;           // of all
    std::uint32_t place;           // its first one
    std::uint32_t placed;          // datagrams that have one
    bool open;                     // may take more datagrams
  };
  /// A GSO message that failed; whether GSO is to blame, its first datagram tells alone.
  struct Suspicion {
    std::uint32_t slot;
    std::uint32_t datagram_bytes;
    int error;
  };
  enum class Outcome : std::uint8_t { kNext, kAgain, kRebuild, kBlocked };

  std::size_t build(std::size_t from) noexcept;
  std::uint32_t& latest_of(const DatagramPeer& peer) noexcept;
  bool join_group(Slot& slot, std::uint32_t index) noexcept;
  void write_headers() noexcept;
  Outcome send_batch(int fd, const UdpCalls& calls) noexcept;
  Outcome fail(std::size_t message, int error) noexcept;
  void settle(std::size_t message, int error) noexcept;
  void settle_slot(std::uint32_t index, int error) noexcept;
  bool suspect_gso(const Group& group, int error) noexcept;
  void resolve_suspicion(int error) noexcept;

  const Setup setup_;
  UdpTallies& tallies_;
  std::size_t gso_bytes_max_;
  std::optional<Suspicion> suspicion_;
  std::error_code pending_error_;
  bool tried_again_ = false;  // the message at hand, after a pending error

  std::unique_ptr<std::byte[]> bytes_;
  std::size_t used_bytes_ = 0;
  std::vector<Slot> slots_;
  std::size_t count_ = 0;    // slots in use
  std::size_t waiting_ = 0;  // of those
  std::size_t failed_ = 0;   // of those, not told yet

  // The present batch.
  std::size_t batch_ = 0;  // messages
  std::vector<UdpMessage> messages_;
  std::vector<Control> controls_;
  std::vector<Group> groups_;
  std::vector<iovec> places_;               // a message's stand side by side
  std::vector<std::uint32_t> place_slots_;  // whose place it is
  std::vector<std::uint32_t>
      latest_;  // message + 1, by a hash of its peer: a table with open addresses
};

}  // namespace halo
