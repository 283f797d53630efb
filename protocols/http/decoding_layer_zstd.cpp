#include <zstd.h>

#include "protocols/http/http_error.hpp"
#include "protocols/http/internal/decoding_layer.hpp"

// See: zstd.h, ZSTD_decompressStream; RFC 8878; RFC 9659 for the window.
namespace halo::http {
namespace {

// What a receiver must offer and no sender may exceed on the web: 8 MiB.
constexpr int kWindowLogMax = 23;

struct Destroy {
  void operator()(ZSTD_DCtx* stream) const noexcept { ::ZSTD_freeDCtx(stream); }
};
using Stream = std::unique_ptr<ZSTD_DCtx, Destroy>;

class ZstdLayer final : public DecodingLayer {
 public:
  explicit ZstdLayer(Stream stream) noexcept : stream_(std::move(stream)) {}

  Step step(std::span<const std::byte> input, std::span<std::byte> output) override {
    // Without input there is only what the last call had no room for; zstd takes it for an error to
    // be asked in vain again and again.
    if (input.empty() && (between_frames_ || starved_)) {
      return {};
    }
    ZSTD_inBuffer in{input.data(), input.size(), 0};
    ZSTD_outBuffer out{output.data(), output.size(), 0};
    const std::size_t left = ::ZSTD_decompressStream(stream_.get(), &out, &in);
    Step step{in.pos, out.pos, {}};
    if (::ZSTD_isError(left) != 0) {
      step.error = HttpErrc::kBadCoding;
      return step;
    }
    // Zero: a frame is complete and all of it given. Another may follow.
    between_frames_ = left == 0;
    starved_ = out.pos < out.size;
    return step;
  }

  bool at_end() const noexcept override { return between_frames_; }

 private:
  Stream stream_;
  bool between_frames_ = true;
  bool starved_ = false;  // it gave all it had, and waits for input
};

std::unique_ptr<DecodingLayer> make_layer() {
  Stream stream(::ZSTD_createDCtx());
  const bool ready = stream && ::ZSTD_isError(::ZSTD_DCtx_setParameter(
                                   stream.get(), ZSTD_d_windowLogMax, kWindowLogMax)) == 0;
  return ready ? std::make_unique<ZstdLayer>(std::move(stream)) : nullptr;
}

}  // namespace

DecodingLibrary zstd_library() noexcept { return {true, make_layer}; }

}  // namespace halo::http
