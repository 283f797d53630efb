#include <netdb.h>
#include <sys/socket.h>

#include <memory>
#include <optional>
#include <utility>

#include "reactor/error.hpp"
#include "servers/command_line.hpp"

namespace halo::command_line {
namespace {

/// The codes of getaddrinfo(3), except EAI_SYSTEM, which stands for errno.
class ResolverCategory final : public std::error_category {
 public:
  const char* name() const noexcept override { return "getaddrinfo"; }
  std::string message(int code) const override { return ::gai_strerror(code); }
};

std::error_code resolver_error(int code) noexcept {
  static const ResolverCategory category;
  return code == EAI_SYSTEM ? last_error() : std::error_code(code, category);
}

std::optional<Endpoint> to_endpoint(const addrinfo& found, std::uint16_t port) {
  char numeric[NI_MAXHOST];
  if (::getnameinfo(found.ai_addr, found.ai_addrlen, numeric, sizeof numeric, nullptr, 0,
                    NI_NUMERICHOST) != 0) {
    return std::nullopt;
  }
  const Result<Endpoint> endpoint = Endpoint::parse(numeric, port);
  return endpoint ? std::optional(*endpoint) : std::nullopt;
}

}  // namespace

Result<std::vector<Endpoint>> resolve(const std::string& host, std::uint16_t port) {
  if (Result<Endpoint> numeric = Endpoint::parse(host, port)) {
    return std::vector<Endpoint>{std::move(*numeric)};
  }
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;  // else each address comes once for every type
  addrinfo* list = nullptr;
  if (const int code = ::getaddrinfo(host.c_str(), nullptr, &hints, &list)) {
    if (host == "localhost") {  // a name that needs no /etc/hosts: RFC 6761, section 6.3
      return std::vector<Endpoint>{Endpoint::loopback_v4(port)};
    }
    return resolver_error(code);
  }
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> owned(list, &::freeaddrinfo);
  std::vector<Endpoint> endpoints;
  for (const addrinfo* found = list; found != nullptr; found = found->ai_next) {
    if (std::optional<Endpoint> endpoint = to_endpoint(*found, port)) {
      endpoints.push_back(std::move(*endpoint));
    }
  }
  if (endpoints.empty()) {
    return resolver_error(EAI_NONAME);
  }
  return endpoints;
}

}  // namespace halo::command_line
