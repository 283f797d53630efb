#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "protocols/http/message_sink.hpp"
#include "protocols/http/request_parser.hpp"
#include "protocols/http/response_parser.hpp"

namespace halo::http {

/// `text` with CR, LF, HTAB, NUL, the backslash and other unprintable bytes as escapes.
std::string escaped(std::string_view text);
/// What `escaped` was made of. Line breaks that are not escapes are left out.
std::string unescaped(std::string_view text);

/// What a parser told, a line for each event. Pieces of a body are put together, so that the same
/// bytes give the same lines whichever way they come.
class EventLog final : public ResponseSink, public RequestSink {
 public:
  void on_interim(const ResponseHead& head) override;
  void on_head(const ResponseHead& head) override;
  void on_head(const RequestHead& head) override;
  void on_body(std::span<const std::byte> bytes) override;
  void on_complete(const Headers& trailers) override;

  void on_error(std::error_code error);
  void on_left(std::size_t bytes);

  /// The lines so far.
  std::string text();

 private:
  void add(std::string line);
  void add_fields(std::string_view word, const Headers& headers);
  void end_body();

  std::vector<std::string> lines_;
  std::string body_;
};

/// How a stream of bytes is cut: where its pieces end, in rising order.
using Cuts = std::vector<std::size_t>;

struct ResponseScript {
  AnswerTo answer_to = AnswerTo::kOther;
  bool ends = false;  ///< the peer closes behind the bytes
  ParserLimits limits{};
};

/// Feeds one answer in pieces to a parser of its own, and says what came out; what is left over,
/// too.
std::string read_response(std::string_view bytes, const Cuts& cuts, const ResponseScript& script);

/// Feeds requests in pieces to one parser, as long as they ask to be kept alive.
std::string read_requests(std::string_view bytes, const Cuts& cuts, const ParserLimits& limits,
                          bool ends);

/// What PlainRequest tells of the request at the front of `bytes`, and what RequestParser does.
struct PlainAndParsed {
  std::string plain;  ///< empty: it is none
  std::string parsed;
};
PlainAndParsed read_plain_request(std::string_view bytes, const ParserLimits& limits);

}  // namespace halo::http
