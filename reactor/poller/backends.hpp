#pragma once

// Internal: one factory per backend; make_poller.cpp picks among those that CMake compiled.

#include <memory>

#include "reactor/poller.hpp"

namespace halo {

Result<std::unique_ptr<Poller>> make_epoll_poller();
Result<std::unique_ptr<Poller>> make_kqueue_poller();
Result<std::unique_ptr<Poller>> make_poll_poller();

}  // namespace halo
