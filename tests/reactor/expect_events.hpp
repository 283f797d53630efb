#pragma once

#include <cstddef>
#include <vector>

#include "reactor/poller.hpp"

namespace halo::test {

struct Expected {
  Token token;
  Interest ready;
};

/// Waits until each of `expected` was reported, in any order, in any number of batches of at most
/// `batch_max` events, in one event or several; more readiness of the same tokens is accepted.
/// Fails on another token, and when it takes too long.
void expect_events(Poller& poller, const std::vector<Expected>& expected,
                   std::size_t batch_max = 64);

/// Fails when anything is reported by several waits.
void expect_no_events(Poller& poller);

}  // namespace halo::test
