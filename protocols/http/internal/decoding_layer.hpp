#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <system_error>

namespace halo::http {

/// One compressed stream being undone, by one library. CMake picks, for each library, the file that
/// uses it or the one that says it is not there.
class DecodingLayer {
 public:
  struct Step {
    std::size_t consumed = 0;
    std::size_t produced = 0;
    std::error_code error;
  };

  virtual ~DecodingLayer() = default;

  /// Takes input and gives output until either is used up. Makes progress unless it has all that
  /// the stream holds, or needs more input. Fails with kBadCoding or kCodingTrailing.
  virtual Step step(std::span<const std::byte> input, std::span<std::byte> output) = 0;

  /// Whether the stream may end where it is.
  virtual bool at_end() const noexcept = 0;

 protected:
  DecodingLayer() = default;
  DecodingLayer(const DecodingLayer&) = default;
  DecodingLayer& operator=(const DecodingLayer&) = default;
};

/// How a factory is told from its library's absence, without making a layer.
struct DecodingLibrary {
  bool available;
  /// Null where memory is short or the library is absent.
  std::unique_ptr<DecodingLayer> (*make)();
};

DecodingLibrary gzip_library() noexcept;
DecodingLibrary deflate_library() noexcept;
DecodingLibrary brotli_library() noexcept;
DecodingLibrary zstd_library() noexcept;

}  // namespace halo::http
