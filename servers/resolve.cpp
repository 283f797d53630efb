#include "reactor/name_lookup.hpp"
#include "servers/command_line.hpp"

namespace halo::command_line {

Result<std::vector<Endpoint>> resolve(const std::string& host, std::uint16_t port) {
  Result<std::vector<Endpoint>> endpoints = look_up(host, AddressFamilies::kAny);
  if (endpoints) {
    for (Endpoint& endpoint : *endpoints) {
      endpoint.set_port(port);
    }
  }
  return endpoints;
}

}  // namespace halo::command_line
