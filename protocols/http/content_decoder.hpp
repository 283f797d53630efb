#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <span>
#include <string>
#include <system_error>
#include <vector>

#include "protocols/http/headers.hpp"
#include "reactor/result.hpp"

namespace halo::http {

/// What a body can be compressed with. See: RFC 9110, 8.4.1; RFC 7932; RFC 8878.
enum class Coding : std::uint8_t { kGzip, kDeflate, kBrotli, kZstd };

/// Some of the codings. A value.
class CodingSet {
 public:
  constexpr CodingSet() = default;
  constexpr CodingSet(std::initializer_list<Coding> codings) {
    for (const Coding coding : codings) {
      add(coding);
    }
  }

  constexpr void add(Coding coding) noexcept { bits_ |= bit(coding); }
  constexpr bool has(Coding coding) const noexcept { return (bits_ & bit(coding)) != 0; }
  constexpr bool empty() const noexcept { return bits_ == 0; }

  friend bool operator==(const CodingSet&, const CodingSet&) = default;

 private:
  static constexpr unsigned bit(Coding coding) noexcept {
    return 1U << static_cast<unsigned>(coding);
  }

  unsigned bits_ = 0;
};

/// Those that this build can undo: their libraries were there when it was configured.
CodingSet available_codings() noexcept;

/// The value of the Accept-Encoding that asks for these: "gzip, br". Empty where there are none.
std::string accept_encoding(CodingSet codings);

struct DecodeOptions {
  /// What was asked for: any other coding in an answer is an error.
  CodingSet asked = available_codings();
  /// How often a body may be compressed over and over. One is what servers do; each further layer
  /// multiplies what few bytes can become.
  std::size_t layers_max = 5;
  /// The most bytes that a body may become. No bound here by default, for downloads may be of any
  /// size: the next two see to it that the peer has to send them.
  std::uint64_t decoded_bytes_max = std::numeric_limits<std::uint64_t>::max();
  /// The most bytes that one received byte may become, on average, in any layer: text stays below
  /// 50, gzip's own bound is about 1030.
  std::uint64_t ratio_max = 200;
  /// So many bytes are free of that: a small body of zeros is no bomb.
  std::uint64_t ratio_free_bytes = 16 * 1024 * 1024;
};

/// Undoes the Content-Encoding of one body, piece by piece; memory stays the same however long the
/// body is. Bytes in, bytes out: no thread rule.
///
/// 1. An error means that the body is broken, whatever came out of it before.
/// 2. A body that ends within its compressed stream is an error, and so are bytes behind its end;
///    but gzip and zstd streams may follow each other, as their formats say, and are one. A body of
///    no bytes at all is an empty body.
/// 3. "deflate" is zlib's format (RFC 1950), or bare DEFLATE, which some servers send in its name.
class ContentDecoder {
 public:
  /// For an answer with these headers, whose fields Content-Encoding name its layers, the innermost
  /// first; without one, or with "identity" only, bytes pass unchanged.
  /// Fails with kUnknownCoding (not asked for, not available or not known), kTooManyCodings, or
  /// std::errc::not_enough_memory.
  static Result<ContentDecoder> create(const Headers& answer, const DecodeOptions& options = {});

  ContentDecoder(ContentDecoder&&) noexcept;
  ContentDecoder& operator=(ContentDecoder&&) noexcept;
  ~ContentDecoder();

  /// Whether bytes pass unchanged.
  bool is_identity() const noexcept { return layers_.empty(); }

  struct Step {
    std::size_t consumed = 0;  ///< bytes of the input that are done with
    std::size_t produced = 0;  ///< bytes that were written to the output
    std::error_code error;     ///< after those bytes
  };

  /// Decodes as much as fits. If all of `output` was filled there may be more: call again, with
  /// what was not consumed, be it nothing. Otherwise all input is consumed. `output` must not be
  /// empty. Fails with kBadCoding, kCodingTrailing, kDecodedTooLarge or kDecodedTooDense; after an
  /// error, for good.
  Step decode(std::span<const std::byte> input, std::span<std::byte> output);

  /// To be called when the body is whole and `decode` has given all it had. Fails with
  /// kCodingTruncated, or as `decode` has.
  [[nodiscard]] std::error_code finish() const noexcept;

 private:
  struct Layer;

  explicit ContentDecoder(const DecodeOptions& options);
  bool advance(std::size_t index, Step& step, std::span<const std::byte> input,
               std::span<std::byte> output);
  std::error_code check_growth(const Layer& layer, std::uint64_t received_bytes) const noexcept;

  DecodeOptions options_;
  std::vector<Layer> layers_;  // the one that meets the received bytes first
  std::uint64_t received_bytes_ = 0;
  std::uint64_t decoded_bytes_ = 0;
  std::error_code error_;
};

}  // namespace halo::http
