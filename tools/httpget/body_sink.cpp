#include "tools/httpget/body_sink.hpp"

#include <utility>

#include "reactor/result.hpp"

namespace halo::httpget {
namespace {

constexpr std::size_t kDecodedBytes = 64 * 1024;  // at a time

}  // namespace

Failure BodySink::decode(const http::Headers& answer) {
  Result<http::ContentDecoder> decoder = http::ContentDecoder::create(answer);
  if (!decoder) {
    return describe_failure(decoder.error(), Stage::kReceive);
  }
  if (!decoder->is_identity()) {
    decoder_.emplace(std::move(*decoder));
    decoded_.resize(kDecodedBytes);
  }
  return {};
}

Failure BodySink::write(std::span<const std::byte> bytes) {
  if (!decoder_) {
    return save(bytes);
  }
  for (;;) {
    const http::ContentDecoder::Step step = decoder_->decode(bytes, decoded_);
    bytes = bytes.subspan(step.consumed);
    if (Failure failure = save(std::span(decoded_).first(step.produced))) {
      return failure;
    }
    if (step.error) {
      return describe_failure(step.error, Stage::kReceive);
    }
    if (step.produced < decoded_.size()) {
      return {};
    }
  }
}

Failure BodySink::save(std::span<const std::byte> bytes) {
  if (output_ == nullptr || bytes.empty()) {
    return {};
  }
  if (const std::error_code error = output_->write(bytes)) {
    return describe_failure(error, Stage::kSave);
  }
  bytes_ += bytes.size();
  return {};
}

Failure BodySink::finish() {
  if (decoder_) {
    if (const std::error_code error = decoder_->finish()) {
      return describe_failure(error, Stage::kReceive);
    }
  }
  if (output_ != nullptr) {
    if (const std::error_code error = output_->finish()) {
      return describe_failure(error, Stage::kSave);
    }
  }
  return {};
}

}  // namespace halo::httpget
