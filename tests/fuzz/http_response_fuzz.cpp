// ResponseParser: however a stream is cut into pieces, the events are the same.

#include <cstddef>
#include <cstdint>
#include <string>

#include "reactor/check.hpp"
#include "tests/fuzz/fuzz_target.hpp"
#include "tests/fuzz/http_input.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace halo::http;
  const halo::test::HttpInput input = halo::test::read_http_input(data, size);
  const ResponseScript script{static_cast<AnswerTo>(input.options % 3), input.ends, input.limits};
  const std::string whole = read_response(input.stream, {}, script);
  HALO_CHECK(whole == read_response(input.stream, input.cuts, script),
             "events do not depend on how the bytes arrive");
  return 0;
}
