#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "protocols/http/headers.hpp"
#include "protocols/http/http_error.hpp"
#include "protocols/http/internal/chunk_reader.hpp"
#include "protocols/http/internal/framing_guard.hpp"
#include "protocols/http/internal/head_reader.hpp"
#include "protocols/http/internal/llhttp_reader.hpp"
#include "protocols/http/message.hpp"
#include "protocols/http/message_sink.hpp"
#include "protocols/http/parser_limits.hpp"

namespace halo::http {

/// What reading requests and reading answers have in common.
///
///   step          takes                      then
///   --------------------------------------------------------------------------------------------
///   kHead         the head                   kData, kChunkSize, or kEnd where there is no body
///   kData         bytes of the body          kEnd, or kChunkEnd behind a chunk's last byte
///   kChunkSize    a chunk's line             kData, or kTrailers behind the last one
///   kChunkEnd     CRLF                       kChunkSize
///   kTrailers     fields, an empty line      kEnd
///   kEnd          nothing: on_complete       kComplete
///   kComplete     nothing                    -
///
/// The verdict on a head and on a chunk's line is the guard's, and llhttp must be of one mind with
/// it: before the sink has a head, and before it hears of the end of the message.
class MessageReader {
 public:
  MessageReader(LlhttpReader::Kind kind, const ParserLimits& limits);

  /// Ready for the next message; the memory is kept, unless there is unusually much.
  void begin();

  /// Takes bytes from the front of `input` until there is none left, the message is complete, or
  /// the sink has paused. While the head arrives the parser looks at it: by `check_first_line()`
  /// after each piece, and by `end_head()` when it is whole; what they return fails the message.
  template <class CheckFirstLine, class EndHead>
  [[nodiscard]] HttpErrc read(std::string_view& input, MessageSink& sink,
                              CheckFirstLine&& check_first_line, EndHead&& end_head) {
    while (in_head() && !paused_ && !input.empty()) {
      const HeadReader::State state = read_head_lines(input);
      HttpErrc error = check_first_line();
      if (!failed(error) && state == HeadReader::State::kFailed) {
        error = lines_.error();
      } else if (!failed(error) && state == HeadReader::State::kComplete) {
        error = end_head();
      }
      if (failed(error)) {
        return error;
      }
    }
    return in_head() ? HttpErrc{} : read_body(input, sink);
  }

  const HeadReader& lines() const noexcept { return lines_; }
  /// Forgets the head, so that another one is read in its place: after 1xx.
  void forget_head() noexcept;
  /// The fields of the head that is there.
  [[nodiscard]] HttpErrc read_head_fields();
  /// The head is judged: goes on to the body, if llhttp agrees.
  [[nodiscard]] HttpErrc end_head(const Framing& framing);

  /// No more input will come: fails with kHeadTruncated, kBodyTruncated unless that ends the
  /// message.
  [[nodiscard]] HttpErrc read_end(MessageSink& sink);

  void pause() noexcept { paused_ = true; }
  void resume() noexcept { paused_ = false; }
  bool paused() const noexcept { return paused_; }

  bool in_head() const noexcept { return step_ == Step::kHead; }
  bool complete() const noexcept { return step_ == Step::kComplete; }
  const Headers& headers() const noexcept { return headers_; }
  const FramingFields& fields() const noexcept { return fields_; }
  const ParserLimits& limits() const noexcept { return limits_; }

 private:
  enum class Step : std::uint8_t {
    kHead,
    kData,
    kChunkSize,
    kChunkEnd,
    kTrailers,
    kEnd,
    kComplete
  };

  HeadReader::State read_head_lines(std::string_view& input);
  HttpErrc read_body(std::string_view& input, MessageSink& sink);
  HttpErrc read_data(std::string_view& input, MessageSink& sink);
  HttpErrc read_chunks(std::string_view& input, MessageSink& sink);
  HttpErrc read_chunk_size(std::string_view& input);
  HttpErrc read_chunk_end(std::string_view& input);
  HttpErrc read_trailers(std::string_view& input);

  ParserLimits limits_;
  LlhttpReader llhttp_;
  HeadReader lines_;
  ChunkReader chunk_;
  Headers headers_;
  Headers trailers_;
  FramingFields fields_;
  BodyKind body_ = BodyKind::kNone;
  Step step_ = Step::kHead;
  bool paused_ = false;
  std::uint64_t data_bytes_left_ = 0;  // in kData, of the body or the chunk
  std::uint64_t body_bytes_ = 0;       // announced or received so far
};

}  // namespace halo::http
