#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "protocols/http/headers.hpp"
#include "protocols/http/http_date.hpp"
#include "reactor/result.hpp"

namespace halo::http {

/// What a Content-Range says. See: RFC 9110, 14.4.
struct ContentRange {
  /// First and last byte of the part, counted from zero; nothing where the server has no such part
  /// ("bytes */1000", in a 416).
  struct Part {
    std::uint64_t first;
    std::uint64_t last;

    friend bool operator==(const Part&, const Part&) = default;
  };
  std::optional<Part> part;
  /// Bytes of the whole; nothing where the server does not know ("*").
  std::optional<std::uint64_t> whole_bytes;

  friend bool operator==(const ContentRange&, const ContentRange&) = default;
};

/// Fails with kBadContentRange: another unit than bytes, numbers over 64 bits, a part that ends
/// before it begins or lies outside of the whole, neither a part nor a whole.
Result<ContentRange> parse_content_range(std::string_view value);

/// The value of the Range that asks for everything from byte `first` on. See: RFC 9110, 14.2.
std::string range_from(std::uint64_t first);

/// The value of the If-Range by which a later request makes sure that it gets the rest of the very
/// same bytes: the answer's ETag if it is a strong one, else its Last-Modified if that is certain
/// to change with the bytes (a minute older than the answer's Date), else nothing. See: RFC
/// 9110, 8.8 and 13.1.5.
std::optional<std::string> if_range_of(const Headers& answer, DateSeconds now);

/// What the answer to a request for "everything from byte `first` on" means for who has the first
/// `first` bytes already.
enum class ResumeVerdict : std::uint8_t {
  kAppend,     ///< the body is the rest: append it
  kStartOver,  ///< the body is the whole: drop what is there
  kComplete,   ///< there is nothing beyond what is there
  kRefused,    ///< another status, an error of the server's: keep what is there
};

/// Fails with kBadContentRange where the status says that a part or no part follows and
/// Content-Range does not fit what was asked for: appending would make a broken file.
Result<ResumeVerdict> judge_resume(std::uint64_t first, unsigned status, const Headers& answer);

}  // namespace halo::http
