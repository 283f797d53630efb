#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

/// The bytes of one question and its answer in hello over datagrams: the question is its number, 16
/// hexadecimal digits, so that the answer to each says whose it is. What the protocol says is
/// written down here once more, so that the load does not take the servers' word for it.
namespace halo::bench {

inline constexpr std::size_t kDatagramQuestionBytes = 16;
inline constexpr std::string_view kDatagramAnswerBegin = "Hello, ";
inline constexpr std::string_view kDatagramAnswerEnd = "!";
inline constexpr std::size_t kDatagramAnswerBytes =
    kDatagramAnswerBegin.size() + kDatagramQuestionBytes + kDatagramAnswerEnd.size();

void write_datagram_question(std::uint64_t number,
                             std::span<char, kDatagramQuestionBytes> room) noexcept;

/// The number of the question that `datagram` answers; empty: it differs from any answer in at
/// least one byte.
std::optional<std::uint64_t> read_datagram_answer(std::string_view datagram) noexcept;

}  // namespace halo::bench
