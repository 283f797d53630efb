#include "bench/datagram_exchange.hpp"

#include "bench/hex_text.hpp"

namespace halo::bench {

static_assert(kDatagramQuestionBytes == 2 * sizeof(std::uint64_t), "two digits for each byte");

void write_datagram_question(std::uint64_t number,
                             std::span<char, kDatagramQuestionBytes> room) noexcept {
  write_hex(number, room.data());
}

std::optional<std::uint64_t> read_datagram_answer(std::string_view datagram) noexcept {
  if (datagram.size() != kDatagramAnswerBytes || !datagram.starts_with(kDatagramAnswerBegin) ||
      !datagram.ends_with(kDatagramAnswerEnd)) {
    return std::nullopt;
  }
  return read_hex(datagram.substr(kDatagramAnswerBegin.size(), kDatagramQuestionBytes));
}

}  // namespace halo::bench
