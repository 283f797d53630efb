#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

/// The bytes of the hello protocol over a stream, all of them: who speaks it says these.
///
///              | kLine                                | kChunk
///   on connect | Welcome!\n                           | Welcome!
///   a message  | up to LF; one CR before it dropped   | one read of at most 1024 bytes
///   its answer | Hello, <message>!\n                  | Hello, <message>!
///   `exit`     | no answer, the server closes         | the same
///   too long   | Error: line longer than N bytes\n    | cannot be
///
/// A message is any bytes (NUL, UTF-8, binary) and is answered unchanged.
namespace halo::hello {

/// How a stream of bytes is cut into messages.
enum class Framing : std::uint8_t { kLine, kChunk };

/// The message that asks the server to close.
inline constexpr std::string_view kExit = "exit";

/// What an answer has around the message.
inline constexpr std::string_view kAnswerPrefix = "Hello, ";
constexpr std::string_view answer_suffix(Framing framing) noexcept {
  return framing == Framing::kLine ? "!\n" : "!";
}

constexpr std::string_view welcome(Framing framing) noexcept {
  return framing == Framing::kLine ? "Welcome!\n" : "Welcome!";
}

/// Appends the answer to `message` to `out`: a std::string, or what else has `append`.
template <class Out>
void append_answer(Out& out, Framing framing, std::string_view message) {
  out.append(kAnswerPrefix);
  out.append(message);
  out.append(answer_suffix(framing));
}

/// What a server says before it closes on a line of more than `line_bytes_max` bytes.
std::string line_too_long(std::size_t line_bytes_max);

}  // namespace halo::hello
