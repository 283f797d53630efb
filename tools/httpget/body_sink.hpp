#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "protocols/http/content_decoder.hpp"
#include "protocols/http/headers.hpp"
#include "tools/httpget/failure.hpp"
#include "tools/httpget/output.hpp"

namespace halo::httpget {

/// The way of one body into its output: decompressed, where that was asked for. What fails says by
/// its Failure whether the body or the disk is at fault. *Thread:* one. *Lifetime:* the output's.
class BodySink {
 public:
  /// `output`: null where nothing is to be saved.
  explicit BodySink(Output* output) : output_(output) {}

  /// The body of an answer with these headers is to be decompressed.
  [[nodiscard]] Failure decode(const http::Headers& answer);

  [[nodiscard]] Failure write(std::span<const std::byte> bytes);

  /// All has come.
  [[nodiscard]] Failure finish();

  /// That were saved, decompressed.
  std::uint64_t bytes() const noexcept { return bytes_; }

 private:
  [[nodiscard]] Failure save(std::span<const std::byte> bytes);

  Output* output_;
  std::optional<http::ContentDecoder> decoder_;
  std::vector<std::byte> decoded_;
  std::uint64_t bytes_ = 0;
};

}  // namespace halo::httpget
