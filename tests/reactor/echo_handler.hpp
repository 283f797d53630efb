#pragma once

#include <cstddef>
#include <span>

#include "reactor/connection.hpp"

namespace halo::test {

/// Sends back what arrives.
class EchoHandler final : public ConnectionHandler {
 public:
  std::size_t on_data(Connection& connection, std::span<const std::byte> unread) override {
    connection.send(unread);
    return unread.size();
  }
};

}  // namespace halo::test
