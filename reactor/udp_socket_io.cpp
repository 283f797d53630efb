// The data path of a datagram socket: what an event receives, and how what was sent leaves.

#include <algorithm>
#include <utility>

#include "reactor/check.hpp"
#include "reactor/internal/datagram_inbox.hpp"
#include "reactor/internal/datagram_outbox.hpp"
#include "reactor/internal/udp_calls.hpp"
#include "reactor/limits.hpp"
#include "reactor/socket.hpp"
#include "reactor/udp_socket.hpp"

namespace halo {

/// Around a handler's callback: what it sends is gathered, and leaves in step 7 of the iteration at
/// the latest, even when the handler throws.
class UdpSocket::InCallback {
 public:
  explicit InCallback(UdpSocket& socket) noexcept : socket_(socket) { socket_.in_callback_ = true; }
  ~InCallback() {
    socket_.in_callback_ = false;
    if (!leaves_now_ && !socket_.outbox_->empty()) {
      socket_.loop_.flush_later(socket_.watch_);
    }
  }
  /// The caller flushes right after it.
  void leave_now() noexcept { leaves_now_ = true; }
  InCallback(const InCallback&) = delete;
  InCallback& operator=(const InCallback&) = delete;

 private:
  UdpSocket& socket_;
  bool leaves_now_ = false;
};

void UdpSocket::on_ready(Event event) {
  if (includes(event.ready, Interest::kWritable) && blocked_) {
    send_waiting();
    tell_of_sends();
  }
  if (fd_ && includes(event.ready, Interest::kReadable)) {
    (void)receive_batch();  // the rest is reported again
  }
}

void UdpSocket::on_flush() { flush(); }

/// Returns how many messages came, an error that was pending counting as one.
std::size_t UdpSocket::receive_batch() {
  const Result<std::size_t> received = inbox_->receive(fd_.get(), calls_, messages_wanted_);
  if (!received) {
    if (socket::would_block(received.error())) {
      return 0;
    }
    tallies_.receive_errors.add();
    const InCallback gathering(*this);
    handler_.on_receive_error(*this, received.error());
    return 1;
  }
  tallies_.receive_calls.add();
  tallies_.gro_messages.add(inbox_->coalesced());
  const std::size_t datagrams = inbox_->datagrams();
  tallies_.received.add(datagrams);
  // Where messages bring several, fewer of them are a batch.
  messages_wanted_ = std::max<std::size_t>(options_.batch_messages * *received / datagrams, 1);
  deliver();
  return *received;
}

/// Answers leave after each callback: the windows are read in place, so they are done with then.
void UdpSocket::deliver() {
  while (fd_) {
    const std::span<const Datagram> batch(datagrams_.data(), inbox_->take(datagrams_));
    if (batch.empty()) {
      return;
    }
    for (const Datagram& datagram : batch) {
      tallies_.received_bytes.add(datagram.bytes.size());
      tallies_.cut.add(datagram.cut ? 1 : 0);
    }
    {
      InCallback gathering(*this);
      handler_.on_datagrams(*this, batch);
      gathering.leave_now();
    }
    flush();
  }
}

void UdpSocket::drain() {
  HALO_CHECK(!in_callback_, "a socket is not drained in its own callback");
  if (!fd_) {
    return;
  }
  // No more can have waited when this began; more may come meanwhile, for ever.
  const Result<std::size_t> room = receive_buffer_bytes();
  std::size_t left = room ? *room / limits::kMessageBufferBytesMin + 1 : 1;
  while (fd_ && left > 0) {
    const std::size_t messages = receive_batch();
    if (messages == 0) {
      break;
    }
    left -= std::min(left, messages);
  }
  flush();
}

std::error_code UdpSocket::send(const DatagramPeer& to,
                                std::initializer_list<std::span<const std::byte>> parts) {
  HALO_CHECK(loop_.in_loop_thread(), "a socket is used on its loop's thread: use post()");
  if (!fd_) {
    return std::make_error_code(std::errc::bad_file_descriptor);
  }
  std::size_t bytes = 0;
  for (const std::span<const std::byte> part : parts) {
    bytes += part.size();
  }
  if (bytes > kDatagramBytesMax) {
    tallies_.dropped_for(SendDrop::kTooLong).add();
    return std::make_error_code(std::errc::message_size);
  }
  if (!outbox_->add(to, parts, bytes)) {
    if (!blocked_ && !telling_) {
      // A handler that sends much in one callback: what it has sent leaves now.
      send_waiting();
    }
    if (!outbox_->add(to, parts, bytes)) {
      tallies_.dropped_for(SendDrop::kQueueFull).add();
      return std::make_error_code(std::errc::no_buffer_space);
    }
  }
  if (!in_callback_) {
    loop_.flush_later(watch_);
  }
  return {};
}

void UdpSocket::flush() {
  if (fd_ && !blocked_ && outbox_->waiting() > 0) {
    send_waiting();
  }
  tell_of_sends();
}

/// Sends what waits as far as the kernel takes it; calls nobody.
void UdpSocket::send_waiting() {
  const std::size_t before = outbox_->waiting();
  if (outbox_->send(fd_.get(), calls_)) {
    end_waiting();
  } else {
    wait_for_room(outbox_->waiting() < before);
  }
  outbox_->forget_done();
}

/// The kernel takes no more: EAGAIN, which is about the socket's own buffer, so that writability
/// tells when to go on. Never for long: a full queue somewhere must not keep old answers.
void UdpSocket::wait_for_room(bool progress) {
  if (blocked_) {
    if (progress) {
      loop_.rearm(give_up_timer_, options_.unsent_timeout);
    }
    return;
  }
  if (options_.unsent_timeout <= Duration::zero() || loop_.rewatch(watch_, Interest::kBoth)) {
    outbox_->give_up();
    return;
  }
  blocked_ = true;
  give_up_timer_ = loop_.run_after(options_.unsent_timeout, [this] { give_up(); });
}

void UdpSocket::end_waiting() {
  if (!blocked_) {
    return;
  }
  blocked_ = false;
  drained_ = true;
  loop_.cancel(give_up_timer_);
  (void)loop_.rewatch(watch_, Interest::kReadable);  // to watch for less does not fail
}

void UdpSocket::give_up() {
  outbox_->give_up();
  end_waiting();
  tell_of_sends();
}

void UdpSocket::tell_of_sends() {
  if (outbox_->failed() > 0 && fd_) {
    struct Telling {
      bool& flag;
      explicit Telling(bool& f) noexcept : flag(f) { flag = true; }
      ~Telling() { flag = false; }
    };
    const InCallback gathering(*this);
    const Telling telling(telling_);
    outbox_->failures([this](const DatagramPeer& peer, std::error_code why) {
      if (fd_) {
        handler_.on_send_error(*this, peer, why);
      }
    });
  }
  outbox_->forget_done();
  if (const std::error_code error = outbox_->take_pending_error(); error && fd_) {
    const InCallback gathering(*this);
    handler_.on_receive_error(*this, error);
  }
  if (std::exchange(drained_, false) && fd_) {
    const InCallback gathering(*this);
    handler_.on_drain(*this);
  }
}

}  // namespace halo
