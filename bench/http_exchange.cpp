#include "bench/http_exchange.hpp"

#include <algorithm>
#include <cstring>

namespace halo::bench {
namespace {

constexpr std::string_view kDate = "Sun, 06 Nov 1994 08:49:37 GMT";
constexpr std::size_t kDateBegin = kHttpAnswer.find(kDate);
constexpr std::size_t kDateEnd = kDateBegin + kDate.size();
static_assert(kDateBegin != std::string_view::npos, "the answer has a date");

}  // namespace

void write_http_request(std::uint32_t /*connection*/, std::uint32_t /*number*/,
                        std::span<char> room) noexcept {
  std::memcpy(room.data(), kHttpRequest.data(), kHttpRequest.size());
}

bool http_answer_matches(std::uint32_t /*connection*/, std::uint32_t /*number*/,
                         std::string_view received) noexcept {
  if (received.size() > kHttpAnswer.size()) {
    return false;
  }
  const std::size_t before = std::min(received.size(), kDateBegin);
  if (std::memcmp(received.data(), kHttpAnswer.data(), before) != 0) {
    return false;
  }
  return received.size() <= kDateEnd ||
         std::memcmp(received.data() + kDateEnd, kHttpAnswer.data() + kDateEnd,
                     received.size() - kDateEnd) == 0;
}

}  // namespace halo::bench
