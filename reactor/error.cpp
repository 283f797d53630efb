#include "reactor/error.hpp"

#include <cerrno>
#include <string>

namespace halo {
namespace {

class Category final : public std::error_category {
 public:
  const char* name() const noexcept override { return "halo"; }

  std::string message(int value) const override {
    switch (static_cast<Errc>(value)) {
      case Errc::kIdleTimeout:
        return "idle for too long";
      case Errc::kMessageTimeout:
        return "message not completed in time";
      case Errc::kOutputOverflow:
        return "peer does not read its answers";
      case Errc::kInputOverflow:
        return "message larger than what is kept";
      case Errc::kHandlerThrew:
        return "an exception left the handler";
      case Errc::kGraceOver:
        return "cut at the end of the grace period";
      case Errc::kSelfConnect:
        return "connected to itself: nobody listens there";
      case Errc::kConnectTimeout:
        return "no answer within the connect timeout";
      case Errc::kQueueFull:
        return "worker queue is full";
      case Errc::kStopped:
        return "stopped";
      case Errc::kPollerUnavailable:
        return "poller not available on this system";
      case Errc::kReuseportUnavailable:
        return "this system does not spread connections over several listeners there";
      case Errc::kBadAddress:
        return "not a numeric address and port";
      case Errc::kHandshakeTimeout:
        return "handshake not completed in time";
      case Errc::kTruncated:
        return "input ended unannounced: what came may be cut short";
    }
    return "unknown error";
  }
};

}  // namespace

const std::error_category& error_category() noexcept {
  static const Category category;
  return category;
}

std::error_code make_error_code(Errc code) noexcept {
  return {static_cast<int>(code), error_category()};
}

std::error_code last_error() noexcept { return {errno, std::system_category()}; }

}  // namespace halo
