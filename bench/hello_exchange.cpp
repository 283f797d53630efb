#include "bench/hello_exchange.hpp"

#include <algorithm>
#include <cstring>

namespace halo::bench {
namespace {

// The text of each byte, because the load should cost less than the server.
constexpr auto kHexPairs = [] {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::array<std::array<char, 2>, 256> pairs{};
  for (std::size_t byte = 0; byte < pairs.size(); ++byte) {
    pairs[byte] = {kDigits[byte >> 4], kDigits[byte & 15]};
  }
  return pairs;
}();

void write_hex(std::uint32_t value, char* out) noexcept {
  for (unsigned i = 0; i < 4; ++i) {
    std::memcpy(out + 2 * i, kHexPairs[(value >> (24 - 8 * i)) & 0xff].data(), 2);
  }
}

void write_name(std::uint32_t connection, std::uint32_t number, char* out) noexcept {
  write_hex(connection, out);
  out[8] = '-';
  write_hex(number, out + 9);
}

}  // namespace

void write_question(std::uint32_t connection, std::uint32_t number, std::span<char> room) noexcept {
  write_name(connection, number, room.data());
  room[kNameBytes] = '\n';
}

bool answer_matches(std::uint32_t connection, std::uint32_t number,
                    std::string_view received) noexcept {
  std::array<char, kAnswerBytes> expected;
  std::memcpy(expected.data(), kAnswerBegin.data(), kAnswerBegin.size());
  write_name(connection, number, expected.data() + kAnswerBegin.size());
  std::memcpy(expected.data() + kAnswerBytes - kAnswerEnd.size(), kAnswerEnd.data(),
              kAnswerEnd.size());
  return received.size() <= kAnswerBytes &&
         std::memcmp(expected.data(), received.data(), received.size()) == 0;
}

}  // namespace halo::bench
