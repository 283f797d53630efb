#include "tests/protocols/http/event_log.hpp"

#include <array>
#include <cstdio>
#include <utility>

#include "protocols/http/http_error.hpp"
#include "protocols/http/internal/plain_request.hpp"
#include "protocols/http/syntax.hpp"

namespace halo::http {
namespace {

std::string error_name(std::error_code error) {
  constexpr std::array kNames = {std::pair{HttpErrc::kBadMethod, "kBadMethod"},
                                 std::pair{HttpErrc::kUnknownMethod, "kUnknownMethod"},
                                 std::pair{HttpErrc::kBadTarget, "kBadTarget"},
                                 std::pair{HttpErrc::kBadStatus, "kBadStatus"},
                                 std::pair{HttpErrc::kBadVersion, "kBadVersion"},
                                 std::pair{HttpErrc::kBadHeaderName, "kBadHeaderName"},
                                 std::pair{HttpErrc::kBadHeaderValue, "kBadHeaderValue"},
                                 std::pair{HttpErrc::kBadHead, "kBadHead"},
                                 std::pair{HttpErrc::kMissingHost, "kMissingHost"},
                                 std::pair{HttpErrc::kBareCr, "kBareCr"},
                                 std::pair{HttpErrc::kBareLf, "kBareLf"},
                                 std::pair{HttpErrc::kFoldedHeader, "kFoldedHeader"},
                                 std::pair{HttpErrc::kBadContentLength, "kBadContentLength"},
                                 std::pair{HttpErrc::kBadTransferEncoding, "kBadTransferEncoding"},
                                 std::pair{HttpErrc::kLengthAndChunked, "kLengthAndChunked"},
                                 std::pair{HttpErrc::kBadChunk, "kBadChunk"},
                                 std::pair{HttpErrc::kUnexpectedUpgrade, "kUnexpectedUpgrade"},
                                 std::pair{HttpErrc::kHeadTooLarge, "kHeadTooLarge"},
                                 std::pair{HttpErrc::kLineTooLong, "kLineTooLong"},
                                 std::pair{HttpErrc::kTooManyHeaders, "kTooManyHeaders"},
                                 std::pair{HttpErrc::kTrailersTooLarge, "kTrailersTooLarge"},
                                 std::pair{HttpErrc::kTooManyInterims, "kTooManyInterims"},
                                 std::pair{HttpErrc::kBodyTooLarge, "kBodyTooLarge"},
                                 std::pair{HttpErrc::kEmptyReply, "kEmptyReply"},
                                 std::pair{HttpErrc::kHeadTruncated, "kHeadTruncated"},
                                 std::pair{HttpErrc::kBodyTruncated, "kBodyTruncated"}};
  for (const auto& [code, name] : kNames) {
    if (error == code) {
      return name;
    }
  }
  return error.message();
}

std::string framing_words(const Framing& framing) {
  std::string words;
  switch (framing.body) {
    case BodyKind::kNone:
      words = "no body";
      break;
    case BodyKind::kLength:
      words = "length " + std::to_string(framing.length);
      break;
    case BodyKind::kChunked:
      words = "chunked";
      break;
    case BodyKind::kUntilClose:
      words = "until close";
      break;
  }
  return words + (framing.keep_alive ? ", keep-alive" : ", close");
}

std::string version_words(Version version) {
  return version == Version::kHttp11 ? "HTTP/1.1" : "HTTP/1.0";
}

std::string status_words(const ResponseHead& head) {
  return version_words(head.version) + " " + std::to_string(head.status) + " \"" +
         escaped(head.reason) + "\"";
}

std::span<const std::byte> bytes_of(std::string_view text) {
  return std::as_bytes(std::span(text));
}

// Feeds `bytes` in pieces; `take(piece)` says how much it has consumed, or nothing to end it all.
template <class Take>
void feed_pieces(std::string_view bytes, const Cuts& cuts, const Take& take) {
  std::size_t at = 0;
  for (std::size_t i = 0; i <= cuts.size(); ++i) {
    const std::size_t end = i < cuts.size() ? cuts[i] : bytes.size();
    if (!take(bytes.substr(at, end - at), bytes.size() - at)) {
      return;
    }
    at = end;
  }
}

}  // namespace

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\r') {
      out += "\\r";
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else if (c == '\\') {
      out += "\\\\";
    } else if (byte < 0x20 || byte >= 0x7f) {
      std::array<char, 5> hex{};
      (void)std::snprintf(hex.data(), hex.size(), "\\x%02x", byte);  // always fits
      out += hex.data();
    } else {
      out += c;
    }
  }
  return out;
}

std::string unescaped(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\n') {
      continue;
    }
    if (text[i] != '\\' || i + 1 == text.size()) {
      out += text[i];
      continue;
    }
    ++i;
    if (text[i] == 'x' && i + 2 < text.size()) {
      out += static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2]));
      i += 2;
    } else {
      out += text[i] == 'r' ? '\r' : text[i] == 'n' ? '\n' : text[i] == 't' ? '\t' : text[i];
    }
  }
  return out;
}

void EventLog::on_interim(const ResponseHead& head) {
  add("interim " + status_words(head));
  add_fields("field", head.headers);
}

void EventLog::on_head(const ResponseHead& head) {
  add("head " + status_words(head) + ", " + framing_words(head.framing));
  add_fields("field", head.headers);
}

void EventLog::on_head(const RequestHead& head) {
  add("head " + std::string(head.method) + " " + std::string(head.target) + " " +
      version_words(head.version) + ", " + framing_words(head.framing) +
      (head.expects_continue ? ", expects 100" : ""));
  add_fields("field", head.headers);
}

void EventLog::on_body(std::span<const std::byte> bytes) {
  body_.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

void EventLog::on_complete(const Headers& trailers) {
  add_fields("trailer", trailers);
  add("complete");
}

void EventLog::on_error(std::error_code error) { add("error " + error_name(error)); }

void EventLog::on_left(std::size_t bytes) {
  if (bytes > 0) {
    add("left " + std::to_string(bytes));
  }
}

std::string EventLog::text() {
  end_body();
  std::string text;
  for (const std::string& line : lines_) {
    text += line + "\n";
  }
  return text;
}

void EventLog::add(std::string line) {
  end_body();
  lines_.push_back(std::move(line));
}

void EventLog::add_fields(std::string_view word, const Headers& headers) {
  for (const Header header : headers) {
    add(std::string(word) + " " + std::string(header.name) + ": " + escaped(header.value));
  }
}

void EventLog::end_body() {
  if (!body_.empty()) {
    lines_.push_back("body \"" + escaped(body_) + "\"");
    body_.clear();
  }
}

std::string read_response(std::string_view bytes, const Cuts& cuts, const ResponseScript& script) {
  EventLog log;
  ResponseParser parser(script.limits);
  parser.begin(script.answer_to);
  bool over = false;
  feed_pieces(bytes, cuts, [&](std::string_view piece, std::size_t rest) {
    const Progress progress = parser.feed(bytes_of(piece), log);
    if (progress.error) {
      log.on_error(progress.error);
      over = true;
    } else if (parser.complete() && progress.consumed < rest) {
      log.on_left(rest - progress.consumed);
      over = true;
    }
    return !over;
  });
  if (script.ends && !over) {
    if (const std::error_code error = parser.finish(log)) {
      log.on_error(error);
    }
  }
  return log.text();
}

std::string read_requests(std::string_view bytes, const Cuts& cuts, const ParserLimits& limits,
                          bool ends) {
  EventLog log;
  RequestParser parser(limits);
  parser.begin();
  bool over = false;
  feed_pieces(bytes, cuts, [&](std::string_view piece, std::size_t rest) {
    while (!piece.empty() && !over) {
      const Progress progress = parser.feed(bytes_of(piece), log);
      piece.remove_prefix(progress.consumed);
      rest -= progress.consumed;
      if (progress.error) {
        log.on_error(progress.error);
        over = true;
      } else if (parser.complete() && !parser.keep_alive()) {
        log.on_left(rest);
        over = true;
      } else if (parser.complete()) {
        parser.begin();
      }
    }
    return !over;
  });
  if (ends && !over && parser.begun()) {
    if (const std::error_code error = parser.finish(log)) {
      log.on_error(error);
    }
  }
  return log.text();
}

PlainAndParsed read_plain_request(std::string_view bytes, const ParserLimits& limits) {
  EventLog plain_log;
  PlainRequest plain;
  if (plain.read(bytes, limits)) {
    plain_log.on_head({plain.method(),
                       plain.target(),
                       Version::kHttp11,
                       plain.headers(),
                       {.keep_alive = plain.keep_alive()},
                       false});
    plain_log.on_complete(Headers());
    plain_log.on_left(bytes.size() - plain.bytes());
  }
  EventLog parser_log;
  RequestParser parser(limits);
  parser.begin();
  const Progress progress = parser.feed(bytes_of(bytes), parser_log);
  if (progress.error) {
    parser_log.on_error(progress.error);
  } else {
    parser_log.on_left(bytes.size() - progress.consumed);
  }
  return {plain_log.text(), parser_log.text()};
}

}  // namespace halo::http
