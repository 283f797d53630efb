#include "bench/hello_exchange.hpp"

#include <cstring>

#include "bench/hex_text.hpp"

namespace halo::bench {
namespace {

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
