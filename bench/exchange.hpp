#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace halo::bench {

/// What a load over connections asks, and what it expects to hear: bytes, so that it costs less
/// than the server. All questions have one length, and all answers.
struct Exchange {
  std::string_view welcome;  ///< what a connection hears first; empty: nothing
  std::size_t question_bytes = 0;
  std::size_t answer_bytes = 0;

  /// Writes question `number` of a connection into the first question_bytes of `room`.
  void (*write_question)(std::uint32_t connection, std::uint32_t number,
                         std::span<char> room) noexcept = nullptr;

  /// Whether `received`, at most answer_bytes, is that question's answer, or its beginning.
  bool (*answer_matches)(std::uint32_t connection, std::uint32_t number,
                         std::string_view received) noexcept = nullptr;
};

}  // namespace halo::bench
