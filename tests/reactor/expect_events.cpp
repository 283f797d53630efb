#include "tests/reactor/expect_events.hpp"

#include <algorithm>
#include <chrono>

#include <gtest/gtest.h>

#include "tests/support/loops.hpp"

namespace halo::test {

void expect_events(Poller& poller, const std::vector<Expected>& expected, std::size_t batch_max) {
  std::vector<Interest> seen(expected.size(), Interest::kNone);
  std::size_t missing = expected.size();
  std::vector<Event> events(batch_max);
  const auto limit = std::chrono::steady_clock::now() + kPatience;
  while (missing > 0) {
    ASSERT_LT(std::chrono::steady_clock::now(), limit) << missing << " events did not come";
    const Result<std::size_t> count = poller.wait(events, std::chrono::milliseconds(100));
    ASSERT_TRUE(count.has_value()) << count.error().message();
    ASSERT_LE(*count, batch_max);
    for (std::size_t i = 0; i < *count; ++i) {
      const auto found = std::find_if(expected.begin(), expected.end(), [&](const Expected& one) {
        return one.token == events[i].token;
      });
      ASSERT_NE(found, expected.end()) << "an event of slot " << events[i].token.slot
                                       << ", generation " << events[i].token.generation;
      Interest& so_far = seen[static_cast<std::size_t>(found - expected.begin())];
      const bool was_complete = includes(so_far, found->ready);
      so_far = so_far | events[i].ready;
      missing -= !was_complete && includes(so_far, found->ready) ? 1 : 0;
    }
  }
}

void expect_no_events(Poller& poller) {
  Event events[16];
  for (int i = 0; i < 3; ++i) {
    const Result<std::size_t> count = poller.wait(events, Duration::zero());
    ASSERT_TRUE(count.has_value()) << count.error().message();
    ASSERT_EQ(*count, 0U) << "slot " << events[0].token.slot << " is ready for "
                          << static_cast<int>(events[0].ready);
  }
}

}  // namespace halo::test
