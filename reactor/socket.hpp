#pragma once

#include <cstddef>
#include <span>
#include <system_error>

#include "reactor/endpoint.hpp"
#include "reactor/owned_fd.hpp"
#include "reactor/result.hpp"

/// The one place for system calls on stream sockets. errno becomes an error_code and EINTR is dealt
/// with here; every descriptor made here is non-blocking and closes on exec; no call raises
/// SIGPIPE. *Thread:* any.
namespace halo::socket {

/// Whether other listeners may share the port, and then share its connections.
enum class PortSharing { kAlone, kFirstOfGroup, kMemberOfGroup };

/// Whether the kernel spreads the connections to `at` over the listeners of a group: on Linux and
/// FreeBSD, not on a Unix path. Elsewhere one of them gets them all.
bool balances_groups(const Endpoint& at) noexcept;

/// A socket that listens on `at` with SO_REUSEADDR, and with TCP_NODELAY, which the connections
/// inherit on Linux, FreeBSD and macOS; port 0: any free one. A Unix path is removed
/// first when it is a socket that nobody listens on.
/// kFirstOfGroup fails with EADDRINUSE when anybody listens there, as kAlone does; members may
/// join it afterwards.
/// Fails with the system's word: EADDRINUSE, EADDRNOTAVAIL, EACCES, ...
/// *See:* socket(7), SO_REUSEPORT; FreeBSD's setsockopt(2), SO_REUSEPORT_LB.
Result<OwnedFd> listen(const Endpoint& at, int backlog, PortSharing sharing = PortSharing::kAlone);

/// The next connection of a listener; `peer`, where not null, becomes its address. Fails with
/// EAGAIN when there is none, EMFILE and its like when there is no room; connections that were
/// aborted while they waited are skipped.
Result<OwnedFd> accept(int listener, Endpoint* peer);

/// Whether `error` says that nothing is there now: EAGAIN.
bool would_block(std::error_code error) noexcept;

/// Whether `error` says that the process or the system is out of descriptors or memory.
bool out_of_resources(std::error_code error) noexcept;

/// A socket whose connection to `to` is under way, or done already: wait for writability, then ask
/// `finish_connect`. `from`, where not null, is the source address to bind, port 0 for any.
Result<OwnedFd> start_connect(const Endpoint& to, const Endpoint* from = nullptr);

/// The outcome of a connect; kSelfConnect when the kernel connected the socket to itself, which
/// TCP's simultaneous open allows on a port of the ephemeral range that nobody listens on.
[[nodiscard]] std::error_code finish_connect(int fd);

/// Reads at most `room`; 0 bytes: the peer has finished sending. EAGAIN: nothing there.
Result<std::size_t> read_some(int fd, std::span<std::byte> room) noexcept;

/// Whether a read would tell anything: bytes, the end, or an error.
bool has_input(int fd) noexcept;

/// Writes what the kernel takes. EAGAIN: it takes nothing now.
Result<std::size_t> write_some(int fd, std::span<const std::byte> bytes) noexcept;

/// Sends FIN after what was written; the other direction stays open.
std::error_code shutdown_write(int fd) noexcept;

/// Makes close() reset the connection instead of closing it in order.
std::error_code reset_on_close(int fd) noexcept;

/// TCP_NODELAY; no error on a Unix socket, which has no such delay.
std::error_code set_no_delay(int fd) noexcept;

/// Sets O_NONBLOCK, or clears it.
std::error_code set_blocking(int fd, bool blocking) noexcept;

Result<Endpoint> local_endpoint(int fd);
Result<Endpoint> peer_endpoint(int fd);

}  // namespace halo::socket
