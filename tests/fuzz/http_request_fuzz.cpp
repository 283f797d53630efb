// RequestParser: however a stream is cut into pieces, the events are the same; and where
// PlainRequest takes the first request, it tells the same.

#include <cstddef>
#include <cstdint>
#include <string>

#include "reactor/check.hpp"
#include "tests/fuzz/fuzz_target.hpp"
#include "tests/fuzz/http_input.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace halo::http;
  const halo::test::HttpInput input = halo::test::read_http_input(data, size);
  const std::string whole = read_requests(input.stream, {}, input.limits, input.ends);
  HALO_CHECK(whole == read_requests(input.stream, input.cuts, input.limits, input.ends),
             "events do not depend on how the bytes arrive");
  const auto [plain, parsed] = read_plain_request(input.stream, input.limits);
  HALO_CHECK(plain.empty() || plain == parsed, "a plain request is what the parser reads");
  return 0;
}
