#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "protocols/http/content_decoder.hpp"

namespace halo::http::test {

/// What became of a body.
struct DecodedBody {
  std::string bytes;
  std::error_code error;
};

inline Headers encoded_as(std::string_view codings) {
  Headers answer;
  (void)answer.add("Content-Encoding", codings);  // a bad one shows as a missing one
  return answer;
}

/// Decodes `body`, which arrives in pieces of `piece_bytes`, through an output of `room_bytes`, as
/// who downloads it does.
inline DecodedBody decode_body(std::string_view codings, std::string_view body,
                               const DecodeOptions& options = {}, std::size_t piece_bytes = 65'536,
                               std::size_t room_bytes = 65'536) {
  Result<ContentDecoder> decoder = ContentDecoder::create(encoded_as(codings), options);
  if (!decoder) {
    return {{}, decoder.error()};
  }
  DecodedBody decoded;
  std::vector<std::byte> room(room_bytes);
  while (!decoded.error) {
    std::string_view piece = body.substr(0, piece_bytes);
    body.remove_prefix(piece.size());
    for (std::size_t produced = room_bytes; produced == room_bytes && !decoded.error;) {
      const auto step = decoder->decode(std::as_bytes(std::span(piece)), room);
      decoded.bytes.append(reinterpret_cast<const char*>(room.data()), step.produced);
      decoded.error = step.error;
      piece.remove_prefix(step.consumed);
      produced = step.produced;
    }
    if (!decoded.error && !piece.empty()) {
      decoded.error =
          std::make_error_code(std::errc::protocol_error);  // it kept what it could take
    }
    if (body.empty()) {
      break;
    }
  }
  if (!decoded.error) {
    decoded.error = decoder->finish();
  }
  return decoded;
}

}  // namespace halo::http::test
