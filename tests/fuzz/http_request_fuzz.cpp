// RequestParser: however a stream is cut into pieces, the events are the same.
//
// input: 1 byte, options; 2 bytes, where the stream is cut; the stream.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

#include "reactor/check.hpp"
#include "tests/fuzz/fuzz_target.hpp"
#include "tests/fuzz/input_reader.hpp"
#include "tests/protocols/http/event_log.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace halo::http;
  halo::test::InputReader input(data, size);
  const unsigned options = input.byte();
  const std::size_t first = input.byte();
  const std::size_t second = first + input.byte();
  Cuts cuts{std::min(first, input.rest().size()), std::min(second, input.rest().size())};
  if ((options & 8) != 0) {  // byte by byte
    cuts.clear();
    for (std::size_t cut = 1; cut < input.rest().size(); ++cut) {
      cuts.push_back(cut);
    }
  }
  ParserLimits limits;
  if ((options & 16) != 0) {
    limits = {.head_bytes_max = 100,
              .line_bytes_max = 40,
              .fields_max = 3,
              .trailers_bytes_max = 20,
              .chunk_extension_bytes_max = 8,
              .body_bytes_max = 30,
              .interims_max = 2};
  }
  const bool ends = (options & 4) != 0;
  const std::string whole = read_requests(input.rest(), {}, limits, ends);
  HALO_CHECK(whole == read_requests(input.rest(), cuts, limits, ends),
             "events do not depend on how the bytes arrive");
  return 0;
}
