#pragma once

#include <cstddef>

/// Every bound of the reactor that is not an option, with the reason for its value.
namespace halo::limits {

/// Events taken from the kernel by one wait. More would not save system calls worth having, and
/// what was armed at the start of a long batch would be served late.
inline constexpr std::size_t kEventsPerWait = 256;

/// Bytes taken from one socket by one event, so that a fast peer cannot starve the others.
inline constexpr std::size_t kReadBytesMax = 64 * 1024;

/// Replies gathered during one event before they are written anyway; bounds the loop's one output
/// buffer whatever a handler sends.
inline constexpr std::size_t kGatherBytesMax = 256 * 1024;

/// Timers run in one iteration; the rest run in the next one, after sockets had their turn.
inline constexpr std::size_t kTimersPerTurn = 1024;

/// Posted tasks run in one iteration; the rest run in the next one, after sockets had their turn.
inline constexpr std::size_t kTasksPerTurn = 1024;

/// Room for tasks that a loop keeps after a burst.
inline constexpr std::size_t kTasksKept = 16 * 1024;

/// Tasks waiting in one loop. Whoever posts bounds its own work (a worker pool by its queue, a
/// server by its connections); a producer that passes this has no backpressure at all: a bug.
inline constexpr std::size_t kPostedTasksMax = std::size_t{1} << 24;

/// Room asked for when the rest of a message is awaited: most are shorter, longer ones grow by
/// doubling, and a peer that trickles costs no more than this for a start.
inline constexpr std::size_t kKeptReadBytes = 4 * 1024;

/// Connections accepted in one event before other descriptors are served again.
inline constexpr std::size_t kAcceptsPerEvent = 64;

/// Addresses of one host that are tried: a host that needs more has none that works, and each may
/// hold a descriptor until the connect timeout.
inline constexpr std::size_t kConnectAttemptsMax = 64;

/// Messages taken from a datagram socket in one event, by default, before other descriptors are
/// served again: enough to make a system call's price small beside that of its datagrams.
inline constexpr std::size_t kDatagramsPerEvent = 64;

/// The most that one call exchanges: UIO_MAXIOV, see recvmmsg(2) and sendmmsg(2).
inline constexpr std::size_t kDatagramsPerCallMax = 1024;

/// Memory that a message takes of a datagram socket's receive buffer, at the least: the kernel's
/// books, not ours. Bounds how many can wait there.
inline constexpr std::size_t kMessageBufferBytesMin = 512;

/// What a peer may still send while its connection is being closed, read and dropped so that the
/// last answer is not destroyed by a reset.
inline constexpr std::size_t kLingerBytesMax = 64 * 1024;

/// Slots in one chunk of a slab: large enough to make allocation rare, small enough to be given
/// back after a burst.
inline constexpr std::size_t kSlabChunkSlots = 128;

}  // namespace halo::limits
