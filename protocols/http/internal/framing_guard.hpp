#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "protocols/http/headers.hpp"
#include "protocols/http/http_error.hpp"
#include "protocols/http/internal/head_reader.hpp"
#include "protocols/http/message.hpp"

namespace halo::http {

/// The fields of a head that say where its message ends. The second half of the framing guard.
struct FramingFields {
  std::size_t lengths = 0;
  std::string_view length;  ///< the last one
  std::size_t codings = 0;
  std::string_view coding;  ///< the last one
  std::size_t hosts = 0;
  bool close = false;
  bool keep_alive = false;
  bool expects_continue = false;
};

/// Notes a field, whose name is a token, of a head in which a CR stands behind its line.
void note_field(std::string_view head, const FieldPlace& field, FramingFields& found) noexcept;

/// Adds the fields that were read to `headers`, and notes those that matter for framing. Fails with
/// kBadHeaderName: no token before the colon, or no colon at all.
[[nodiscard]] HttpErrc read_fields(const HeadReader& lines, Headers& headers, FramingFields& found);

/// Where a message with these fields ends. The same safe verdict, whatever a parser behind it makes
/// of them:
///
///   Content-Length               not digits only, over 2^63-1, or twice    kBadContentLength
///   Transfer-Encoding            anything but one `chunked`                kBadTransferEncoding
///   both                         in any message                            kLengthAndChunked
///   chunked in HTTP/1.0          request: kBadTransferEncoding; answer: read, never kept alive
///   1xx, 204, 304; HEAD          no body, whatever the fields say
///   101                          kUnexpectedUpgrade
///
/// See: RFC 9112, 6.3.
[[nodiscard]] HttpErrc frame_response(const FramingFields& fields, Version version, int status,
                                      AnswerTo answer_to, Framing& framing);
/// As frame_response; in HTTP/1.1 there must be one Host, in 1.0 at most one: kMissingHost.
[[nodiscard]] HttpErrc frame_request(const FramingFields& fields, Version version,
                                     std::string_view method, Framing& framing);
/// Trailers that speak of framing or of the host would be a second head: refused as above.
[[nodiscard]] HttpErrc check_trailers(const FramingFields& fields);

}  // namespace halo::http
