#include "reactor/name_lookup.hpp"

#include <netdb.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <new>
#include <optional>

#include "reactor/error.hpp"
#include "reactor/internal/socket_address.hpp"

namespace halo {
namespace {

class LookupCategory final : public std::error_category {
 public:
  const char* name() const noexcept override { return "getaddrinfo"; }
  std::string message(int code) const override { return ::gai_strerror(code); }
};

/// EAI_SYSTEM stands for errno.
std::error_code lookup_error(int code) noexcept {
  return code == EAI_SYSTEM ? last_error() : std::error_code(code, lookup_category());
}

int system_family(AddressFamilies families) noexcept {
  switch (families) {
    case AddressFamilies::kAny:
      return AF_UNSPEC;
    case AddressFamilies::kIpv4:
      return AF_INET;
    case AddressFamilies::kIpv6:
      break;
  }
  return AF_INET6;
}

bool asked_for(const Endpoint& endpoint, AddressFamilies families) noexcept {
  return families == AddressFamilies::kAny ||
         (families == AddressFamilies::kIpv4) == (endpoint.family() == Endpoint::Family::kIpv4);
}

std::optional<Endpoint> to_endpoint(const addrinfo& found) {
  const bool internet = found.ai_family == AF_INET || found.ai_family == AF_INET6;
  if (!internet || found.ai_addrlen > sizeof(sockaddr_storage)) {
    return std::nullopt;
  }
  SocketAddress address;
  std::memcpy(&address.storage, found.ai_addr, found.ai_addrlen);
  address.length = found.ai_addrlen;
  return to_endpoint(address);
}

}  // namespace

const std::error_category& lookup_category() noexcept {
  alignas(LookupCategory) static std::byte place[sizeof(LookupCategory)];
  static const LookupCategory& category = *::new (static_cast<void*>(place)) LookupCategory;
  return category;  // which is never destroyed
}

Result<std::vector<Endpoint>> look_up(const std::string& host, AddressFamilies families) {
  if (Result<Endpoint> numeric = Endpoint::parse(host, 0)) {
    if (!asked_for(*numeric, families)) {
      return lookup_error(EAI_FAMILY);
    }
    return std::vector<Endpoint>{*std::move(numeric)};
  }
  if (host.find('\0') != std::string::npos) {
    return lookup_error(EAI_NONAME);  // not what stands before the NUL
  }
  addrinfo hints{};
  hints.ai_family = system_family(families);
  hints.ai_socktype = SOCK_STREAM;  // else each address comes once for every type
  addrinfo* list = nullptr;
  if (const int code = ::getaddrinfo(host.c_str(), nullptr, &hints, &list)) {
    if (host == "localhost") {  // a name that needs no /etc/hosts
      return std::vector<Endpoint>{families == AddressFamilies::kIpv6 ? Endpoint::loopback_v6(0)
                                                                      : Endpoint::loopback_v4(0)};
    }
    return lookup_error(code);
  }
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> owned(list, &::freeaddrinfo);
  std::vector<Endpoint> endpoints;
  for (const addrinfo* found = list; found != nullptr; found = found->ai_next) {
    const std::optional<Endpoint> endpoint = to_endpoint(*found);
    if (endpoint && std::find(endpoints.begin(), endpoints.end(), *endpoint) == endpoints.end()) {
      endpoints.push_back(*endpoint);
    }
  }
  if (endpoints.empty()) {
    return lookup_error(EAI_NONAME);
  }
  return endpoints;
}

}  // namespace halo
