// The datagram codec: verdicts are what the table in datagram_codec.hpp says, an answer is the
// message with its frame, and nothing can go round in circles.
//
// input: 1 byte, flags (1: unguarded, 2: cut, 4: from the server itself); 2 bytes, the source port;
// 2 bytes, how many 'x' stand behind the message's first 7 bytes; the message.

#include <string>
#include <string_view>

#include "protocols/hello/datagram_codec.hpp"
#include "reactor/check.hpp"
#include "tests/fuzz/fuzz_target.hpp"
#include "tests/fuzz/input_reader.hpp"

namespace halo::hello {
namespace {

constexpr std::size_t kFrameBytes = 8;  // "Hello, " and "!"
constexpr std::size_t kAnswerBytesMax = 65'507;

bool is_answer(std::string_view message) {
  return message.size() >= kFrameBytes && message.substr(0, 7) == "Hello, " &&
         message.back() == '!';
}

/// The table once more, row by row.
DatagramVerdict expected(std::string_view message, const DatagramOrigin& origin, LoopGuard guard) {
  const bool guarded = guard == LoopGuard::kOn;
  const struct {
    bool fits;
    DatagramVerdict verdict;
  } rows[] = {
      {origin.cut, DatagramVerdict::kCut},
      {origin.port == 0, DatagramVerdict::kPortZero},
      {message.size() + kFrameBytes > kAnswerBytesMax, DatagramVerdict::kAnswerTooLong},
      {guarded && is_answer(message), DatagramVerdict::kAnswerForm},
      {guarded && origin.is_server, DatagramVerdict::kOwnAddress},
  };
  for (const auto& row : rows) {
    if (row.fits) {
      return row.verdict;
    }
  }
  return DatagramVerdict::kAnswer;
}

std::string answer_to(std::string_view message) {
  std::string answer;
  for (const std::string_view part : answer_parts(message)) {
    answer += part;
  }
  return answer;
}

void check_answer(std::string_view message, LoopGuard guard) {
  const std::string answer = answer_to(message);
  HALO_CHECK(answer == "Hello, " + std::string(message) + "!", "an answer is the framed message");
  HALO_CHECK(answer.size() <= kAnswerBytesMax, "an answer fits into a datagram");
  HALO_CHECK(guard == LoopGuard::kOff || !is_answer(message), "what is an answer gets none");
  const DatagramOrigin anybody{.port = 9999, .is_server = false, .cut = false};
  const DatagramVerdict verdict = judge(answer, anybody, LoopGuard::kOn);
  const bool repeatable = answer.size() + kFrameBytes <= kAnswerBytesMax;
  HALO_CHECK(
      verdict == (repeatable ? DatagramVerdict::kAnswerForm : DatagramVerdict::kAnswerTooLong),
      "an answer gets no answer");
}

}  // namespace
}  // namespace halo::hello

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace halo::hello;
  halo::test::InputReader input(data, size);
  const std::uint8_t flags = input.byte();
  const LoopGuard guard = (flags & 1) != 0 ? LoopGuard::kOff : LoopGuard::kOn;
  const DatagramOrigin origin{
      .port = input.number(), .is_server = (flags & 4) != 0, .cut = (flags & 2) != 0};
  const std::size_t filler = input.number();
  std::string message(input.rest());
  message.insert(message.size() < 7 ? message.size() : 7, filler, 'x');

  HALO_CHECK(has_form_of_answer(message) == is_answer(message), "an answer is known by its ends");
  const DatagramVerdict verdict = judge(message, origin, guard);
  HALO_CHECK(!name_of(verdict).empty(), "a verdict can be counted");
  if (verdict == DatagramVerdict::kAnswer) {
    check_answer(message, guard);
  }
  HALO_CHECK(verdict == expected(message, origin, guard), "the first row that fits counts");
  return 0;
}
