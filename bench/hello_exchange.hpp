#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "bench/exchange.hpp"

/// The bytes of one question and its answer in the hello line protocol. Each question of each
/// connection has a name of its own, "0000002a-00000007" for question 7 of connection 42, so that a
/// swapped, repeated or lost answer is a wrong one. All have the same length. What the protocol
/// says is written down here once more, so that the load does not take the servers' word for it.
namespace halo::bench {

inline constexpr std::string_view kWelcome = "Welcome!\n";
inline constexpr std::string_view kAnswerBegin = "Hello, ";
inline constexpr std::string_view kAnswerEnd = "!\n";
inline constexpr std::size_t kNameBytes = 17;
inline constexpr std::size_t kQuestionBytes = kNameBytes + 1;
inline constexpr std::size_t kAnswerBytes = kAnswerBegin.size() + kNameBytes + kAnswerEnd.size();

/// Writes the question into the first kQuestionBytes of `room`.
void write_question(std::uint32_t connection, std::uint32_t number, std::span<char> room) noexcept;

/// Whether `received`, at most kAnswerBytes, is that question's answer, or its beginning.
bool answer_matches(std::uint32_t connection, std::uint32_t number,
                    std::string_view received) noexcept;

inline constexpr Exchange kHelloExchange{.welcome = kWelcome,
                                         .question_bytes = kQuestionBytes,
                                         .answer_bytes = kAnswerBytes,
                                         .write_question = write_question,
                                         .answer_matches = answer_matches};

}  // namespace halo::bench
