#include "reactor/udp_socket.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <utility>

#include "reactor/check.hpp"
#include "reactor/internal/datagram_inbox.hpp"
#include "reactor/internal/datagram_outbox.hpp"
#include "reactor/internal/udp_calls.hpp"
#include "reactor/internal/udp_control.hpp"
#include "reactor/internal/udp_open.hpp"

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

/// Returns how many datagrams came; zero also when an error was pending.
std::size_t UdpSocket::receive_batch() {
  const Result<std::size_t> received = inbox_->receive(fd_.get(), calls_, messages_wanted_);
  if (!received) {
    if (!socket::would_block(received.error())) {
      tallies_.receive_errors.add();
      const InCallback gathering(*this);
      handler_.on_receive_error(*this, received.error());
    }
    return 0;
  }
  tallies_.receive_calls.add();
  tallies_.gro_messages.add(inbox_->coalesced());
  const std::size_t datagrams = inbox_->datagrams();
  tallies_.received.add(datagrams);
  // Where messages bring several, fewer of them are a batch.
  messages_wanted_ = std::max<std::size_t>(options_.batch_messages * *received / datagrams, 1);
  deliver();
  return datagrams;
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

void UdpSocket::drain() {
  HALO_CHECK(!in_callback_, "a socket is not drained in its own callback");
  if (!fd_) {
    return;
  }
  // No more can have waited when this began; more may come meanwhile, for ever.
  const Result<std::size_t> room = receive_buffer_bytes();
  std::size_t left = room ? *room / limits::kDatagramBufferBytesMin + 1 : 1;
  while (fd_ && left > 0) {
    const std::size_t datagrams = receive_batch();
    if (datagrams == 0) {
      break;
    }
    left -= std::min(left, datagrams);
  }
  flush();
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

std::size_t UdpSocket::unsent_datagrams() const noexcept { return outbox_->waiting(); }

}  // namespace halo
