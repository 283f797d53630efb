// ChunkDecoder: its messages depend on how the bytes arrive, but together they are the stream.
//
// input: 2 bytes, how the stream arrives; 2 bytes, how often it is repeated; the stream.

#include <string>

#include "protocols/hello/chunk_codec.hpp"
#include "reactor/check.hpp"
#include "tests/fuzz/decoder_promises.hpp"
#include "tests/fuzz/fuzz_target.hpp"
#include "tests/fuzz/input_reader.hpp"

namespace halo::hello {
namespace {

constexpr std::size_t kStreamBytesMax = 3 * 1024;  // several messages of the longest kind

void check(const test::Outcome& messages, const std::string& stream) {
  std::string all;
  for (const std::string& message : messages) {
    HALO_CHECK(!message.empty(), "a message has a byte");
    HALO_CHECK(message.size() <= ChunkDecoder::kMessageBytesMax, "no message is too long");
    all += message;
  }
  HALO_CHECK(all == stream, "no byte is lost, added or changed");
}

}  // namespace
}  // namespace halo::hello

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace halo::hello;
  halo::test::InputReader input(data, size);
  const std::uint16_t seed = input.number();
  std::size_t repetitions = input.number();
  std::string stream(input.rest());
  while (repetitions-- > 0 && !stream.empty() && stream.size() < kStreamBytesMax) {
    stream += input.rest();
  }
  const test::Watched decoder{ChunkDecoder()};
  const test::Outcome whole = test::decode_whole(decoder, stream);
  check(whole, stream);
  constexpr std::size_t kMax = ChunkDecoder::kMessageBytesMax;
  HALO_CHECK(whole.size() == (stream.size() + kMax - 1) / kMax, "no message is short without need");
  check(test::decode_in_small_pieces(decoder, stream, seed), stream);
  return 0;
}
