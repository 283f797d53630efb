#include "reactor/udp_options.hpp"

#include <cerrno>

#include "reactor/internal/send_drop.hpp"

namespace halo {

std::string_view name_of(SendDrop why) noexcept {
  switch (why) {
    case SendDrop::kQueueFull:
      return "queue_full";
    case SendDrop::kWouldBlock:
      return "would_block";
    case SendDrop::kNoBuffers:
      return "no_buffers";
    case SendDrop::kNotPermitted:
      return "not_permitted";
    case SendDrop::kTooLong:
      return "too_long";
    case SendDrop::kRefused:
      return "refused";
    case SendDrop::kUnreachable:
      return "unreachable";
    case SendDrop::kOther:
      break;
  }
  return "other";
}

SendDrop reason_of(int error) noexcept {
  switch (error) {
    case EAGAIN:
      return SendDrop::kWouldBlock;
    case ENOBUFS:
    case ENOMEM:
      return SendDrop::kNoBuffers;
    case EPERM:
    case EACCES:
      return SendDrop::kNotPermitted;
    case EMSGSIZE:
      return SendDrop::kTooLong;
    case ECONNREFUSED:
      return SendDrop::kRefused;
    case EHOSTUNREACH:
    case ENETUNREACH:
    case ENETDOWN:
    case EADDRNOTAVAIL:
      return SendDrop::kUnreachable;
    default:
      return SendDrop::kOther;
  }
}

}  // namespace halo
