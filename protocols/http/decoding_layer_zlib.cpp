#include <zlib.h>

#include <algorithm>
#include <limits>

#include "protocols/http/http_error.hpp"
#include "protocols/http/internal/decoding_layer.hpp"

// gzip and deflate, by zlib. See: zlib.h, inflateInit2 and inflate; RFC 1950 to 1952.
namespace halo::http {
namespace {

constexpr int kGzipOnly = MAX_WBITS + 16;
constexpr int kZlibOnly = MAX_WBITS;
constexpr int kBare = -MAX_WBITS;

constexpr auto kGzipFirstByte = std::byte{0x1f};

uInt clamp_to_uint(std::size_t bytes) noexcept {
  return static_cast<uInt>(std::min<std::size_t>(bytes, std::numeric_limits<uInt>::max()));
}

// Whether a stream that begins with this byte is zlib's format: the method is 8, and the window no
// larger than there is. Bare DEFLATE would begin so only with a stored block whose padding is not
// zero, which no compressor writes. See: RFC 1950, 2.2.
bool begins_zlib(std::byte first) noexcept {
  return (first & std::byte{0x0f}) == std::byte{8} && (first >> 4) <= std::byte{7};
}

class ZlibLayer final : public DecodingLayer {
 public:
  explicit ZlibLayer(bool gzip) noexcept : gzip_(gzip) {}
  ZlibLayer(const ZlibLayer&) = delete;
  ZlibLayer& operator=(const ZlibLayer&) = delete;

  ~ZlibLayer() override {
    if (begun_) {
      ::inflateEnd(&stream_);
    }
  }

  Step step(std::span<const std::byte> input, std::span<std::byte> output) override {
    if (input.empty() && !begun_) {
      return {};
    }
    if (const std::error_code error = begin(input)) {
      return {0, 0, error};
    }
    if (ended_) {
      return {};
    }
    // zlib does not write to its input, and has no const in its oldest functions.
    stream_.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(input.data()));
    stream_.avail_in = clamp_to_uint(input.size());
    stream_.next_out = reinterpret_cast<Bytef*>(output.data());
    stream_.avail_out = clamp_to_uint(output.size());
    const int result = ::inflate(&stream_, Z_NO_FLUSH);
    Step step;
    step.consumed = clamp_to_uint(input.size()) - stream_.avail_in;
    step.produced = clamp_to_uint(output.size()) - stream_.avail_out;
    ended_ = result == Z_STREAM_END;
    // Z_BUF_ERROR: there was nothing to do, for want of input or of room.
    if (result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR) {
      step.error = HttpErrc::kBadCoding;
    }
    return step;
  }

  bool at_end() const noexcept override { return ended_; }

 private:
  // Opens the first stream, or the next one of a gzip body, where input begins one.
  std::error_code begin(std::span<const std::byte> input) noexcept {
    if (!begun_) {
      const int deflate_bits = begins_zlib(input.front()) ? kZlibOnly : kBare;
      if (::inflateInit2(&stream_, gzip_ ? kGzipOnly : deflate_bits) != Z_OK) {
        return std::make_error_code(std::errc::not_enough_memory);
      }
      begun_ = true;
    } else if (ended_ && !input.empty()) {
      if (!gzip_ || input.front() != kGzipFirstByte || ::inflateReset(&stream_) != Z_OK) {
        return HttpErrc::kCodingTrailing;
      }
      ended_ = false;
    }
    return {};
  }

  z_stream stream_{};
  const bool gzip_;
  bool begun_ = false;
  bool ended_ = false;
};

std::unique_ptr<DecodingLayer> make_gzip() { return std::make_unique<ZlibLayer>(true); }
std::unique_ptr<DecodingLayer> make_deflate() { return std::make_unique<ZlibLayer>(false); }

}  // namespace

DecodingLibrary gzip_library() noexcept { return {true, make_gzip}; }
DecodingLibrary deflate_library() noexcept { return {true, make_deflate}; }

}  // namespace halo::http
