#include "protocols/http/internal/decoding_layer.hpp"

// In a build without zstd.
namespace halo::http {

DecodingLibrary zstd_library() noexcept { return {false, nullptr}; }

}  // namespace halo::http
