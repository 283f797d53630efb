#include "protocols/http/internal/decoding_layer.hpp"

// In a build without brotli.
namespace halo::http {

DecodingLibrary brotli_library() noexcept { return {false, nullptr}; }

}  // namespace halo::http
