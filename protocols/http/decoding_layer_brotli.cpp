#include <brotli/decode.h>

#include "protocols/http/http_error.hpp"
#include "protocols/http/internal/decoding_layer.hpp"

// See: brotli/decode.h, BrotliDecoderDecompressStream; RFC 7932.
namespace halo::http {
namespace {

struct Destroy {
  void operator()(BrotliDecoderState* state) const noexcept {
    ::BrotliDecoderDestroyInstance(state);
  }
};
using State = std::unique_ptr<BrotliDecoderState, Destroy>;

class BrotliLayer final : public DecodingLayer {
 public:
  explicit BrotliLayer(State state) noexcept : state_(std::move(state)) {}

  Step step(std::span<const std::byte> input, std::span<std::byte> output) override {
    if (::BrotliDecoderIsFinished(state_.get()) != BROTLI_FALSE) {
      return {0, 0, input.empty() ? std::error_code{} : make_error_code(HttpErrc::kCodingTrailing)};
    }
    std::size_t in_bytes = input.size();
    std::size_t out_bytes = output.size();
    const auto* in = reinterpret_cast<const std::uint8_t*>(input.data());
    auto* out = reinterpret_cast<std::uint8_t*>(output.data());
    const BrotliDecoderResult result =
        ::BrotliDecoderDecompressStream(state_.get(), &in_bytes, &in, &out_bytes, &out, nullptr);
    Step step{input.size() - in_bytes, output.size() - out_bytes, {}};
    if (result == BROTLI_DECODER_RESULT_ERROR) {
      step.error = HttpErrc::kBadCoding;
    }
    return step;
  }

  bool at_end() const noexcept override {
    return ::BrotliDecoderIsFinished(state_.get()) != BROTLI_FALSE;
  }

 private:
  State state_;
};

std::unique_ptr<DecodingLayer> make_layer() {
  State state(::BrotliDecoderCreateInstance(nullptr, nullptr, nullptr));
  return state ? std::make_unique<BrotliLayer>(std::move(state)) : nullptr;
}

}  // namespace

DecodingLibrary brotli_library() noexcept { return {true, make_layer}; }

}  // namespace halo::http
