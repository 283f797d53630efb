#pragma once

#include <functional>

#include "reactor/event_loop.hpp"

namespace halo::test {

/// An IoHandler of two functions.
class LambdaHandler final : public IoHandler {
 public:
  std::function<void(Event)> ready = [](Event) {};
  std::function<void()> flush = [] {};

 private:
  void on_ready(Event event) override { ready(event); }
  void on_flush() override { flush(); }
};

}  // namespace halo::test
