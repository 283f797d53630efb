#pragma once

#include <system_error>

namespace halo {

/// What the reactor itself can report, beside the errno values of the system.
enum class Errc {
  kIdleTimeout = 1,       ///< the peer neither sent nor took anything for the idle timeout
  kMessageTimeout,        ///< a message was begun and not completed in time
  kOutputOverflow,        ///< the peer does not read: unsent bytes passed the hard mark
  kInputOverflow,         ///< the handler left more unconsumed bytes than are kept
  kHandlerThrew,          ///< an exception left the connection's handler
  kGraceOver,             ///< cut at the end of the server's grace period
  kSelfConnect,           ///< the kernel connected a socket to itself
  kConnectTimeout,        ///< no answer from the peer within the connect timeout
  kQueueFull,             ///< the worker pool's queue is full
  kStopped,               ///< the pool or server takes no more work
  kPollerUnavailable,     ///< this build or kernel has no such poller
  kReuseportUnavailable,  ///< the kernel does not spread connections over listeners there
  kBadAddress,            ///< the text is not a numeric address and port
  kHandshakeTimeout,      ///< the stream beneath a connection did not open in time
  kTruncated,             ///< the peer's input ended without the end that its protocol announces
};

/// The category of `Errc`; its name is "halo".
const std::error_category& error_category() noexcept;

std::error_code make_error_code(Errc code) noexcept;

/// The calling thread's errno as an error_code; to be called on the line of the system call.
std::error_code last_error() noexcept;

}  // namespace halo

template <>
struct std::is_error_code_enum<halo::Errc> : std::true_type {};
