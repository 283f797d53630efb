#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <utility>

#include <gtest/gtest.h>

#include "reactor/acceptor.hpp"
#include "reactor/connection_table.hpp"
#include "tests/support/sockets.hpp"

namespace halo::bench {

/// A server of the test's own behaviour on the loop of the load.
class LoopServer {
 public:
  using Factory = std::function<std::unique_ptr<ConnectionHandler>()>;

  LoopServer(EventLoop& loop, Factory factory)
      : connections_(loop),
        listener_(test::listener_v4(1024)),
        endpoint_(test::local_endpoint_of(listener_.get())),
        acceptor_(loop, std::move(listener_),
                  [this, factory = std::move(factory)](OwnedFd socket, const Endpoint&) {
                    ++accepted_;
                    EXPECT_TRUE(connections_.adopt(std::move(socket), factory()));
                  }) {
    EXPECT_FALSE(acceptor_.start());
  }

  const Endpoint& endpoint() const { return endpoint_; }
  std::size_t accepted() const { return accepted_; }

 private:
  ConnectionTable connections_;
  OwnedFd listener_;
  Endpoint endpoint_;
  std::size_t accepted_ = 0;
  Acceptor acceptor_;
};

}  // namespace halo::bench
