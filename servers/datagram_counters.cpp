#include "servers/datagram_counters.hpp"

#include <cstddef>

#include <fmt/format.h>

namespace halo {

std::string DatagramCounters::to_string() const {
  std::string line = fmt::format("received={} answered={}", received, answered);
  for (std::size_t i = 0; i < hello::kDatagramVerdicts; ++i) {
    const auto verdict = static_cast<hello::DatagramVerdict>(i);
    if (verdict != hello::DatagramVerdict::kAnswer) {
      line += fmt::format(" ignored_{}={}", name_of(verdict), judged[i]);
    }
  }
  for (std::size_t i = 0; i < kSendDrops; ++i) {
    line += fmt::format(" dropped_{}={}", name_of(static_cast<SendDrop>(i)), dropped[i]);
  }
  return line + fmt::format(" receive_errors={} receive_calls={} send_calls={}", receive_errors,
                            receive_calls, send_calls);
}

}  // namespace halo
