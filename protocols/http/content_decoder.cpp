#include "protocols/http/content_decoder.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>
#include <string_view>
#include <utility>

#include "protocols/http/http_error.hpp"
#include "protocols/http/internal/decoding_layer.hpp"
#include "protocols/http/syntax.hpp"
#include "reactor/check.hpp"

namespace halo::http {
namespace {

// Between two layers: large enough that a library's call does some work.
constexpr std::size_t kBetweenBytes = 16 * 1024;

struct Known {
  std::string_view name;
  Coding coding;
  DecodingLibrary (*library)() noexcept;
};

// In the order in which they are asked for. The last is an old name, understood and not asked for.
constexpr std::array<Known, 5> kKnown = {{
    {"gzip", Coding::kGzip, gzip_library},
    {"deflate", Coding::kDeflate, deflate_library},
    {"br", Coding::kBrotli, brotli_library},
    {"zstd", Coding::kZstd, zstd_library},
    {"x-gzip", Coding::kGzip, gzip_library},
}};
constexpr std::size_t kAskable = kKnown.size() - 1;

std::vector<std::string_view> codings_of(const Headers& answer) {
  std::vector<std::string_view> names;
  for (std::string_view value : answer.get_all("Content-Encoding")) {
    for (std::string_view name = take_list_element(value); !name.empty();
         name = take_list_element(value)) {
      if (!equal_ignoring_case(name, "identity")) {
        names.push_back(name);
      }
    }
  }
  return names;
}

}  // namespace

struct ContentDecoder::Layer {
  std::unique_ptr<DecodingLayer> decoding;
  std::uint64_t consumed_bytes = 0;
  std::uint64_t produced_bytes = 0;
  std::vector<std::byte>
      between{};          // what it gave and the next layer has not taken; not the last's
  std::size_t begin = 0;  // of those bytes in `between`
  std::size_t end = 0;
};

CodingSet available_codings() noexcept {
  CodingSet codings;
  for (const Known& known : kKnown) {
    if (known.library().available) {
      codings.add(known.coding);
    }
  }
  return codings;
}

std::string accept_encoding(CodingSet codings) {
  std::string value;
  for (const Known& known : std::span(kKnown).first(kAskable)) {
    if (codings.has(known.coding)) {
      value.append(value.empty() ? "" : ", ").append(known.name);
    }
  }
  return value;
}

ContentDecoder::ContentDecoder(const DecodeOptions& options) : options_(options) {}
ContentDecoder::ContentDecoder(ContentDecoder&&) noexcept = default;
ContentDecoder& ContentDecoder::operator=(ContentDecoder&&) noexcept = default;
ContentDecoder::~ContentDecoder() = default;

Result<ContentDecoder> ContentDecoder::create(const Headers& answer, const DecodeOptions& options) {
  const std::vector<std::string_view> names = codings_of(answer);
  if (names.size() > options.layers_max) {
    return HttpErrc::kTooManyCodings;
  }
  ContentDecoder decoder(options);
  for (auto name = names.rbegin(); name != names.rend(); ++name) {
    const auto* const known = std::ranges::find_if(
        kKnown, [&](const Known& one) { return equal_ignoring_case(one.name, *name); });
    const bool wanted = known != kKnown.end() && options.asked.has(known->coding);
    if (!wanted || !known->library().available) {
      return HttpErrc::kUnknownCoding;
    }
    decoder.layers_.push_back({known->library().make()});
    if (!decoder.layers_.back().decoding) {
      return std::make_error_code(std::errc::not_enough_memory);
    }
  }
  for (std::size_t i = 0; i + 1 < decoder.layers_.size(); ++i) {
    decoder.layers_[i].between.resize(kBetweenBytes);
  }
  return decoder;
}

ContentDecoder::Step ContentDecoder::decode(std::span<const std::byte> input,
                                            std::span<std::byte> output) {
  HALO_CHECK(!output.empty(), "decoded bytes need a place to go");
  if (error_) {
    return {0, 0, error_};
  }
  Step step;
  if (is_identity()) {
    step.consumed = step.produced = std::min(input.size(), output.size());
    std::copy_n(input.begin(), step.consumed, output.begin());
  } else {
    // Each round takes every layer one step further, until none can go on.
    bool moved = true;
    while (moved && !step.error && step.produced < output.size()) {
      moved = false;
      for (std::size_t i = 0; i < layers_.size() && !step.error; ++i) {
        moved = advance(i, step, input, output) || moved;
      }
    }
  }
  received_bytes_ += step.consumed;
  decoded_bytes_ += step.produced;
  if (!step.error && decoded_bytes_ > options_.decoded_bytes_max) {
    step.produced -= static_cast<std::size_t>(decoded_bytes_ - options_.decoded_bytes_max);
    step.error = HttpErrc::kDecodedTooLarge;
  }
  error_ = step.error;
  return step;
}

// One step of layer `index`, from what is before it to what is behind it. Says whether it moved.
bool ContentDecoder::advance(std::size_t index, Step& step, std::span<const std::byte> input,
                             std::span<std::byte> output) {
  Layer& layer = layers_[index];
  Layer* const before = index == 0 ? nullptr : &layers_[index - 1];
  const bool last = index + 1 == layers_.size();
  if (!last && layer.begin < layer.end) {
    return false;  // the next layer has not taken it all yet
  }
  const std::span<const std::byte> in =
      before == nullptr ? input.subspan(step.consumed)
                        : std::span<const std::byte>(before->between)
                              .subspan(before->begin, before->end - before->begin);
  const std::span<std::byte> out = last ? output.subspan(step.produced) : std::span(layer.between);
  if (out.empty()) {
    return false;
  }
  const DecodingLayer::Step done = layer.decoding->step(in, out);
  (before == nullptr ? step.consumed : before->begin) += done.consumed;
  if (last) {
    step.produced += done.produced;
  } else {
    layer.begin = 0;
    layer.end = done.produced;
  }
  layer.consumed_bytes += done.consumed;
  layer.produced_bytes += done.produced;
  step.error = done.error ? done.error : check_growth(layer, received_bytes_ + step.consumed);
  return done.consumed > 0 || done.produced > 0;
}

// `received_bytes`: by the first layer, which has taken at least as many as the peer had to send.
std::error_code ContentDecoder::check_growth(const Layer& layer,
                                             std::uint64_t received_bytes) const noexcept {
  if (layer.produced_bytes <= options_.ratio_free_bytes) {
    return {};
  }
  const std::uint64_t counted = layer.produced_bytes - options_.ratio_free_bytes;
  const bool too_dense = counted / std::max<std::uint64_t>(options_.ratio_max, 1) > received_bytes;
  return too_dense ? make_error_code(HttpErrc::kDecodedTooDense) : std::error_code{};
}

std::error_code ContentDecoder::finish() const noexcept {
  if (error_) {
    return error_;
  }
  const bool whole = std::ranges::all_of(layers_, [](const Layer& layer) {
    // A layer that met no byte at all undoes an empty body.
    return layer.begin == layer.end && (layer.consumed_bytes == 0 || layer.decoding->at_end());
  });
  return whole ? std::error_code{} : make_error_code(HttpErrc::kCodingTruncated);
}

}  // namespace halo::http
