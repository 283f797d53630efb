#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "protocols/http/parser_limits.hpp"
#include "tests/fuzz/input_reader.hpp"
#include "tests/protocols/http/event_log.hpp"

namespace halo::test {

/// An input of the HTTP parsers' fuzz targets: 1 byte, options; 2 bytes, where the stream is cut;
/// the stream.
struct HttpInput {
  unsigned options;           ///< as they came: the target may read more out of them
  bool ends;                  ///< bit 2: the peer says that no more will come
  http::Cuts cuts;            ///< bit 3: byte by byte
  http::ParserLimits limits;  ///< bit 4: such that a short stream passes each
  std::string_view stream;
};

inline HttpInput read_http_input(const std::uint8_t* data, std::size_t size) {
  InputReader input(data, size);
  const unsigned options = input.byte();
  const std::size_t first = input.byte();
  const std::size_t second = first + input.byte();
  const std::string_view stream = input.rest();
  HttpInput read{options, (options & 4) != 0, {}, {}, stream};
  if ((options & 8) != 0) {
    for (std::size_t cut = 1; cut < stream.size(); ++cut) {
      read.cuts.push_back(cut);
    }
  } else {
    read.cuts = {std::min(first, stream.size()), std::min(second, stream.size())};
  }
  if ((options & 16) != 0) {
    read.limits = {.head_bytes_max = 100,
                   .line_bytes_max = 40,
                   .fields_max = 3,
                   .trailers_bytes_max = 20,
                   .chunk_extension_bytes_max = 8,
                   .body_bytes_max = 30,
                   .interims_max = 2};
  }
  return read;
}

}  // namespace halo::test
