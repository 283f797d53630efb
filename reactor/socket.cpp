#include "reactor/socket.hpp"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "reactor/error.hpp"
#include "reactor/internal/socket_address.hpp"
#include "reactor/internal/socket_parts.hpp"

namespace halo::socket {
namespace {

// The option by which listeners share a port. Linux lets the first one set it after its bind, so
// that bind has refused a port on which another process listens: with the option set before, two
// servers of one user would share the port without a word. The BSDs want it set before.
#if defined(__linux__)
constexpr int kShare = SO_REUSEPORT;
constexpr bool kShareAfterBind = true;
constexpr bool kBalances = true;
#elif defined(SO_REUSEPORT_LB)
constexpr int kShare = SO_REUSEPORT_LB;
constexpr bool kShareAfterBind = false;
constexpr bool kBalances = true;
#else
constexpr int kShare = SO_REUSEPORT;
constexpr bool kShareAfterBind = false;
constexpr bool kBalances = false;
#endif

}  // namespace

int domain_of(const Endpoint& endpoint) noexcept {
  switch (endpoint.family()) {
    case Endpoint::Family::kIpv4:
      return AF_INET;
    case Endpoint::Family::kIpv6:
      return AF_INET6;
    case Endpoint::Family::kUnix:
      break;
  }
  return AF_UNIX;
}

std::error_code set_option(int fd, int level, int name, int value) noexcept {
  return ::setsockopt(fd, level, name, &value, sizeof value) == 0 ? std::error_code{}
                                                                  : last_error();
}

// A new socket must be non-blocking and closed on exec. Linux and FreeBSD make it so in one call;
// macOS takes two calls more, between which another thread's fork(2) may let the socket slip into a
// child. A third one forbids SIGPIPE, though each send does that by MSG_NOSIGNAL, too: macOS has
// the flag since version 11, and ignores it before.
#if defined(SOCK_NONBLOCK) && defined(SOCK_CLOEXEC)

Result<OwnedFd> new_socket(int domain, int type) {
  OwnedFd fd(::socket(domain, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  return fd ? Result<OwnedFd>(std::move(fd)) : last_error();
}

static Result<OwnedFd> accept_one(int listener, sockaddr* name, socklen_t* length) {
  OwnedFd fd(::accept4(listener, name, length, SOCK_NONBLOCK | SOCK_CLOEXEC));
  return fd ? Result<OwnedFd>(std::move(fd)) : last_error();
}

#else

static Result<OwnedFd> prepare(OwnedFd fd) {
  if (!fd || ::fcntl(fd.get(), F_SETFD, FD_CLOEXEC) != 0) {
    return last_error();
  }
  if (const std::error_code error = set_blocking(fd.get(), false)) {
    return error;
  }
  if (const std::error_code error = set_option(fd.get(), SOL_SOCKET, SO_NOSIGPIPE, 1)) {
    return error;
  }
  return fd;
}

Result<OwnedFd> new_socket(int domain, int type) {
  return prepare(OwnedFd(::socket(domain, type, 0)));
}

static Result<OwnedFd> accept_one(int listener, sockaddr* name, socklen_t* length) {
  OwnedFd fd(::accept(listener, name, length));
  if (!fd) {
    return last_error();
  }
  Result<OwnedFd> prepared = prepare(std::move(fd));
  // setsockopt(2) says EINVAL of a socket whose peer has gone already.
  return prepared ? std::move(prepared) : std::make_error_code(std::errc::connection_aborted);
}

#endif

std::error_code bind(int fd, const Endpoint& at) {
  const Result<SocketAddress> address = to_socket_address(at);
  if (!address) {
    return address.error();
  }
  return ::bind(fd, address->get(), address->length) == 0 ? std::error_code{} : last_error();
}

std::error_code share_port(int fd) noexcept { return set_option(fd, SOL_SOCKET, kShare, 1); }

bool shares_after_bind() noexcept { return kShareAfterBind; }

namespace {

// A socket file outlives the server that made it, and bind(2) refuses an existing name. Removed
// only when a connect is refused: nobody listens any more.
void remove_dead_socket_file(const Endpoint& at) {
  struct stat status {};
  if (::lstat(at.path().c_str(), &status) != 0 || !S_ISSOCK(status.st_mode)) {
    return;
  }
  const Result<OwnedFd> probe = start_connect(at);
  if (!probe && probe.error() == std::errc::connection_refused) {
    (void)::unlink(at.path().c_str());  // bind reports what remains
  }
}

std::error_code set_up_listener(int fd, const Endpoint& at, int backlog, PortSharing sharing) {
  if (at.family() == Endpoint::Family::kUnix) {
    remove_dead_socket_file(at);
  } else {
    if (const std::error_code error = set_option(fd, SOL_SOCKET, SO_REUSEADDR, 1)) {
      return error;
    }
    if (const std::error_code error = set_no_delay(fd)) {
      return error;
    }
    if (at.family() == Endpoint::Family::kIpv6) {
      // Both families on one socket only when somebody asks for it: "::" is IPv6 here.
      if (const std::error_code error = set_option(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1)) {
        return error;
      }
    }
  }
  if (sharing == PortSharing::kMemberOfGroup) {
    if (const std::error_code error = share_port(fd)) {
      return error;
    }
  }
  if (const std::error_code error = bind(fd, at)) {
    return error;
  }
  if (sharing == PortSharing::kFirstOfGroup) {
    if (const std::error_code error = share_port(fd)) {
      return error;
    }
  }
  return ::listen(fd, backlog) == 0 ? std::error_code{} : last_error();
}

/// `at`, with a port where it had none, if a listener alone gets it.
Result<Endpoint> find_vacant(const Endpoint& at, int backlog) {
  const Result<OwnedFd> alone = listen(at, backlog, PortSharing::kAlone);
  return alone ? local_endpoint(alone->get()) : alone.error();
}

template <class Call>
Result<Endpoint> ask_endpoint(int fd, Call call) {
  SocketAddress address;
  if (call(fd, address.get(), &address.length) != 0) {
    return last_error();
  }
  return to_endpoint(address);
}

}  // namespace

bool balances_groups(const Endpoint& at) noexcept {
  return kBalances && at.family() != Endpoint::Family::kUnix;
}

Result<OwnedFd> listen(const Endpoint& at, int backlog, PortSharing sharing) {
  if (sharing == PortSharing::kFirstOfGroup && !kShareAfterBind) {
    // A listener alone finds out whether anybody listens there, and makes room for a member.
    const Result<Endpoint> vacant = find_vacant(at, backlog);
    return vacant ? listen(*vacant, backlog, PortSharing::kMemberOfGroup) : vacant.error();
  }
  Result<OwnedFd> fd = new_socket(domain_of(at), SOCK_STREAM);
  if (!fd) {
    return fd;
  }
  if (const std::error_code error = set_up_listener(fd->get(), at, backlog, sharing)) {
    return error;
  }
  return fd;
}

Result<OwnedFd> accept(int listener, Endpoint* peer) {
  while (true) {
    SocketAddress address;
    sockaddr* const name = peer == nullptr ? nullptr : address.get();
    socklen_t* const length = peer == nullptr ? nullptr : &address.length;
    Result<OwnedFd> fd = accept_one(listener, name, length);
    if (fd) {
      if (peer != nullptr) {
        *peer = to_endpoint(address);
      }
      return fd;
    }
    // See accept(2), "Error handling": the network's pending errors belong to a connection that
    // is gone; the next one is a different matter.
    switch (fd.error().value()) {
      case EINTR:
      case ECONNABORTED:
      case EPROTO:
      case ENETDOWN:
      case EHOSTUNREACH:
      case ENETUNREACH:
        continue;
      default:
        return fd;
    }
  }
}

bool would_block(std::error_code error) noexcept {
  return error == std::errc::operation_would_block ||
         error == std::errc::resource_unavailable_try_again;
}

bool out_of_resources(std::error_code error) noexcept {
  return error == std::errc::too_many_files_open ||
         error == std::errc::too_many_files_open_in_system || error == std::errc::no_buffer_space ||
         error == std::errc::not_enough_memory;
}

Result<OwnedFd> start_connect(const Endpoint& to, const Endpoint* from) {
  Result<OwnedFd> fd = new_socket(domain_of(to), SOCK_STREAM);
  if (!fd) {
    return fd;
  }
  if (from != nullptr) {
#if defined(IP_BIND_ADDRESS_NO_PORT)
    // Leaves the choice of the port to connect(2), which may take one that is in use towards
    // another destination: without it a load generator runs out of ports too early. See ip(7).
    (void)set_option(fd->get(), IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1);  // a mere optimisation
#endif
    if (const std::error_code error = bind(fd->get(), *from)) {
      return error;
    }
  }
  const Result<SocketAddress> address = to_socket_address(to);
  if (!address) {
    return address.error();
  }
  // EINTR: the connect goes on by itself, see connect(2); finish_connect tells the outcome.
  if (::connect(fd->get(), address->get(), address->length) != 0 && errno != EINPROGRESS &&
      errno != EINTR) {
    return last_error();
  }
  return fd;
}

std::error_code finish_connect(int fd) {
  int error = 0;
  socklen_t length = sizeof error;
  if (::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length) != 0) {
    return last_error();
  }
  if (error != 0) {
    return {error, std::system_category()};
  }
  const Result<Endpoint> peer = peer_endpoint(fd);
  if (!peer) {
    return peer.error();
  }
  const Result<Endpoint> local = local_endpoint(fd);
  if (!local) {
    return local.error();
  }
  const bool to_itself = peer->family() != Endpoint::Family::kUnix && *peer == *local;
  return to_itself ? make_error_code(Errc::kSelfConnect) : std::error_code{};
}

Result<std::size_t> read_some(int fd, std::span<std::byte> room) noexcept {
  while (true) {
    const ssize_t count = ::recv(fd, room.data(), room.size(), 0);
    if (count >= 0) {
      return static_cast<std::size_t>(count);
    }
    if (errno != EINTR) {
      return last_error();
    }
  }
}

bool has_input(int fd) noexcept {
  while (true) {
    std::byte first{};
    const ssize_t count = ::recv(fd, &first, sizeof first, MSG_PEEK);
    if (count >= 0 || errno != EINTR) {
      return count >= 0 || !would_block(last_error());
    }
  }
}

Result<std::size_t> write_some(int fd, std::span<const std::byte> bytes) noexcept {
  while (true) {
    const ssize_t count = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count >= 0) {
      return static_cast<std::size_t>(count);
    }
    if (errno != EINTR) {
      return last_error();
    }
  }
}

std::error_code shutdown_write(int fd) noexcept {
  return ::shutdown(fd, SHUT_WR) == 0 ? std::error_code{} : last_error();
}

std::error_code reset_on_close(int fd) noexcept {
  const linger now{1, 0};
  return ::setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now) == 0 ? std::error_code{}
                                                                        : last_error();
}

std::error_code set_no_delay(int fd) noexcept {
  const std::error_code error = set_option(fd, IPPROTO_TCP, TCP_NODELAY, 1);
  const bool not_tcp =
      error == std::errc::operation_not_supported || error == std::errc::no_protocol_option;
  return not_tcp ? std::error_code{} : error;
}

std::error_code set_blocking(int fd, bool blocking) noexcept {
  const int flags = ::fcntl(fd, F_GETFL);
  if (flags < 0) {
    return last_error();
  }
  const int wanted = blocking ? flags & ~O_NONBLOCK : flags | O_NONBLOCK;
  return ::fcntl(fd, F_SETFL, wanted) == 0 ? std::error_code{} : last_error();
}

Result<Endpoint> local_endpoint(int fd) {
  return ask_endpoint(
      fd, [](int s, sockaddr* name, socklen_t* length) { return ::getsockname(s, name, length); });
}

Result<Endpoint> peer_endpoint(int fd) {
  return ask_endpoint(
      fd, [](int s, sockaddr* name, socklen_t* length) { return ::getpeername(s, name, length); });
}

}  // namespace halo::socket
