#include "servers/threaded_server.hpp"

#include <sys/ioctl.h>
#include <sys/socket.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <thread>
#include <utility>

#include "reactor/error.hpp"
#include "reactor/socket.hpp"
#include "servers/connection_log.hpp"

namespace halo {
namespace {

constexpr int kBacklog = 4096;
constexpr Duration kShortagePause = std::chrono::milliseconds(100);
constexpr Duration kComplaintInterval = std::chrono::seconds(1);
/// For threads to notice that their socket was cut.
constexpr Duration kCutPatience = std::chrono::milliseconds(500);
/// Between two looks at whether threads have read what had arrived.
constexpr Duration kReadInterval = std::chrono::milliseconds(2);

bool has_unread(int fd) noexcept {
  int bytes = 0;
  return ::ioctl(fd, FIONREAD, &bytes) == 0 && bytes > 0;
}

Result<Endpoint> local_endpoint_of(const Result<OwnedFd>& socket) {
  return socket ? socket::local_endpoint(socket->get()) : Result<Endpoint>(socket.error());
}

}  // namespace

ThreadedServer::ThreadedServer(OwnedFd listener, Endpoint local, ThreadedServerOptions options)
    : listener_(std::move(listener)), local_(std::move(local)), options_(std::move(options)) {}

Result<std::unique_ptr<ThreadedServer>> ThreadedServer::listen(const Endpoint& at,
                                                               ThreadedServerOptions options) {
  Result<OwnedFd> listener = socket::listen(at, kBacklog);
  if (!listener) {
    return listener.error();
  }
  if (const std::error_code error = socket::set_blocking(listener->get(), true)) {
    return error;
  }
  Result<Endpoint> local = socket::local_endpoint(listener->get());
  if (!local) {
    return local.error();
  }
  return std::unique_ptr<ThreadedServer>(
      new ThreadedServer(std::move(*listener), std::move(*local), std::move(options)));
}

ThreadedServer::~ThreadedServer() { end_threads(); }

// ---- accepting ----

void ThreadedServer::start() {
  while (threads_.size() < options_.threads) {
    threads_.emplace_back([this] { serve_waiting(); });
  }
  accepting_ = std::thread([this] { accept_all(); });
}

void ThreadedServer::accept_all() {
  while (!draining_) {
    accept_one();
  }
  // The kernel has completed connections that nobody accepted yet; a close would reset them.
  if (!socket::set_blocking(listener_.get(), false)) {
    while (accept_one()) {
    }
  }
  listener_.reset();
  const std::lock_guard lock(mutex_);
  accept_ended_ = true;
  changed_.notify_all();
}

/// False when there was none to accept.
bool ThreadedServer::accept_one() {
  Endpoint peer;
  Result<OwnedFd> socket = socket::accept(listener_.get(), &peer);
  if (!socket) {
    if (!socket::would_block(socket.error())) {
      complain("cannot accept: " + socket.error().message() +
               "; connections wait. Fix: raise the limit of open files (ulimit -n)");
      std::this_thread::sleep_for(kShortagePause);
    }
    return false;
  }
  start_client(std::move(*socket), peer);
  return true;
}

void ThreadedServer::start_client(OwnedFd socket, const Endpoint& peer) {
  if (socket::set_blocking(socket.get(), true)) {
    return;
  }
  Clients::iterator client;
  {
    const std::lock_guard lock(mutex_);
    if (clients_.size() >= options_.connections_max) {
      return;
    }
    client = clients_.insert(clients_.end(), Client{std::move(socket), peer});
  }
  if (options_.threads > 0) {
    hand_over(client);
  } else {
    start_thread(client);
  }
}

void ThreadedServer::start_thread(Clients::iterator client) {
  try {
    std::thread([this, client] { serve(client); }).detach();
  } catch (const std::system_error& error) {
    complain("cannot start a thread: " + error.code().message() +
             "; a connection was closed. Fix: raise the limit of threads (ulimit -u)");
    const std::lock_guard lock(mutex_);
    clients_.erase(client);
  }
}

/// In a drain without the bound: all threads may be held by connections that only its next step
/// ends, and what is still to be accepted is bounded by the backlog.
void ThreadedServer::hand_over(Clients::iterator client) {
  std::unique_lock lock(mutex_);
  room_to_wait_.wait(lock, [this] { return waiting_.size() < kWaitingMax || draining_; });
  waiting_.push_back(client);
  one_waits_.notify_one();
}

void ThreadedServer::complain(const std::string& text) {
  const TimePoint now = monotonic_clock().now();
  if (options_.log &&
      (complained_at_ == TimePoint{} || now - complained_at_ >= kComplaintInterval)) {
    complained_at_ = now;
    options_.log(LogLevel::kWarning, text);
  }
}

// ---- one connection's thread ----

void ThreadedServer::serve(Clients::iterator client) {
  const std::string peer = options_.log_connections ? client->peer.to_string() : std::string();
  if (options_.log_connections) {
    log_accepted(options_.log, peer);
  }
  const std::error_code why = serve_hello(client->socket.get(), options_.session, draining_);
  if (options_.log_connections) {
    log_closed(options_.log, peer, why);
  }
  const std::lock_guard lock(mutex_);
  clients_.erase(client);
  changed_.notify_all();
}

// ---- a fixed number of threads ----

void ThreadedServer::serve_waiting() {
  std::unique_lock lock(mutex_);
  while (true) {
    one_waits_.wait(lock, [this] { return !waiting_.empty() || threads_end_; });
    if (waiting_.empty()) {
      return;
    }
    const Clients::iterator client = waiting_.front();
    waiting_.pop_front();
    room_to_wait_.notify_one();
    lock.unlock();
    serve(client);
    lock.lock();
  }
}

void ThreadedServer::end_threads() {
  {
    const std::lock_guard lock(mutex_);
    threads_end_ = true;
    one_waits_.notify_all();
  }
  for (std::thread& thread : threads_) {
    thread.join();
  }
  threads_.clear();
}

// ---- the end ----

ThreadedServer::Drained ThreadedServer::drain_and_stop(Duration grace) {
  const TimePoint deadline = saturating_add(monotonic_clock().now(), grace);
  {
    const std::lock_guard lock(mutex_);  // who waits for room looks at it under the lock
    draining_ = true;
    room_to_wait_.notify_one();
  }
  stop_accepting();
  Duration left = deadline - monotonic_clock().now();
  while (!end_input_that_is_read() && left > Duration::zero()) {
    (void)wait_for_clients(std::min(left, kReadInterval));
    left = deadline - monotonic_clock().now();
  }
  if (wait_for_clients(left)) {
    return {};
  }
  Drained drained;
  {
    const std::lock_guard lock(mutex_);
    const auto is_visitor = [this](const Client& client) {
      return std::find(visitors_.begin(), visitors_.end(), client.peer) != visitors_.end();
    };
    drained.cut = clients_.size() - static_cast<std::size_t>(std::count_if(
                                        clients_.begin(), clients_.end(), is_visitor));
  }
  cut_clients();
  if (!wait_for_clients(kCutPatience)) {
    const std::lock_guard lock(mutex_);
    drained.stuck = clients_.size();
  }
  return drained;
}

/// No system has a portable way to end another thread's accept() but to give it what it waits for.
void ThreadedServer::stop_accepting() {
  std::unique_lock lock(mutex_);
  while (!accept_ended_) {
    lock.unlock();
    const Result<OwnedFd> visitor = socket::start_connect(local_);  // in vain: tried again
    lock.lock();
    if (const Result<Endpoint> from = local_endpoint_of(visitor)) {
      visitors_.push_back(*from);
    }
    changed_.wait_for(lock, std::chrono::milliseconds(10), [this] { return accept_ended_; });
  }
  lock.unlock();
  accepting_.join();
}

/// Gives each client's thread the end of input that it blocks for, once it has read what had
/// arrived: on the BSDs shutdown(2) would throw that away. True when all have it.
bool ThreadedServer::end_input_that_is_read() {
  const std::lock_guard lock(mutex_);
  bool all = true;
  for (Client& client : clients_) {
    if (!client.input_ended && !has_unread(client.socket.get())) {
      (void)::shutdown(client.socket.get(), SHUT_RD);  // fails where the peer was faster
      client.input_ended = true;
    }
    all = all && client.input_ended;
  }
  return all;
}

void ThreadedServer::cut_clients() {
  const std::lock_guard lock(mutex_);
  for (const Client& client : clients_) {
    (void)::shutdown(client.socket.get(), SHUT_RDWR);  // fails where the peer was faster
  }
}

bool ThreadedServer::wait_for_clients(Duration limit) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, limit, [this] { return clients_.empty(); });
}

}  // namespace halo
