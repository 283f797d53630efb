#include "protocols/http/chunked_encoder.hpp"

#include <algorithm>
#include <charconv>

#include "protocols/http/http_error.hpp"
#include "protocols/http/syntax.hpp"
#include "reactor/check.hpp"

namespace halo::http {
namespace {

constexpr std::string_view kNeverTrailers[] = {"Content-Length", "Transfer-Encoding", "Trailer",
                                               "Host",           "Content-Encoding",  "Connection"};

std::error_code check_trailer(const Header& field) noexcept {
  if (const std::error_code error = check_header(field.name, field.value)) {
    return error;
  }
  const bool never = std::ranges::any_of(
      kNeverTrailers, [&](std::string_view name) { return equal_ignoring_case(name, field.name); });
  return never ? make_error_code(HttpErrc::kFramingHeader) : std::error_code{};
}

}  // namespace

ChunkHead::ChunkHead(std::size_t bytes) noexcept {
  HALO_CHECK(bytes > 0, "a chunk of no bytes ends the body: use append_last_chunk");
  char* const begin = text_.data();
  char* const end = std::to_chars(begin, begin + text_.size() - kChunkEnd.size(), bytes, 16).ptr;
  text_bytes_ = static_cast<std::size_t>(std::ranges::copy(kChunkEnd, end).out - begin);
}

void append_chunk(std::string& out, std::string_view bytes) {
  if (!bytes.empty()) {
    out.append(ChunkHead(bytes.size()).view()).append(bytes).append(kChunkEnd);
  }
}

std::error_code append_last_chunk(std::string& out, const Headers& trailers) {
  for (const Header& field : trailers) {
    if (const std::error_code error = check_trailer(field)) {
      return error;
    }
  }
  out.append("0\r\n");
  for (const Header& field : trailers) {
    out.append(field.name).append(": ").append(field.value).append("\r\n");
  }
  out.append("\r\n");
  return {};
}

}  // namespace halo::http
