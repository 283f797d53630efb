// LineDecoder: however a stream is cut into pieces, its lines are the same, and they are what the
// table in line_codec.hpp says.
//
// input: 1 byte, the longest line in bytes; 2 bytes, how the stream arrives; the stream.

#include <string_view>

#include "protocols/hello/line_codec.hpp"
#include "reactor/check.hpp"
#include "tests/fuzz/decoder_promises.hpp"
#include "tests/fuzz/fuzz_target.hpp"
#include "tests/fuzz/input_reader.hpp"

namespace halo::hello {
namespace {

using test::kFailed;
using test::Outcome;

/// The table once more, as plainly as can be.
Outcome expected(std::string_view stream, std::size_t line_bytes_max) {
  Outcome lines;
  while (!stream.empty()) {
    const std::size_t end = stream.find('\n');
    std::string_view line = stream.substr(0, end);
    if (end != std::string_view::npos && line.ends_with('\r')) {
      line.remove_suffix(1);
    }
    if (line.size() > line_bytes_max) {
      lines.push_back(kFailed);
      return lines;
    }
    lines.emplace_back(line);
    stream.remove_prefix(end == std::string_view::npos ? stream.size() : end + 1);
  }
  return lines;
}

}  // namespace
}  // namespace halo::hello

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace halo::hello;
  halo::test::InputReader input(data, size);
  const std::size_t line_bytes_max = input.byte();
  const std::uint16_t seed = input.number();
  const test::Watched decoder{LineDecoder(line_bytes_max)};
  const test::Outcome whole = test::decode_whole(decoder, input.rest());
  HALO_CHECK(whole == expected(input.rest(), line_bytes_max), "lines are what the table says");
  HALO_CHECK(whole == test::decode_in_small_pieces(decoder, input.rest(), seed),
             "lines do not depend on how they arrive");
  return 0;
}
