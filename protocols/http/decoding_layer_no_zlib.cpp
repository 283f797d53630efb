#include "protocols/http/internal/decoding_layer.hpp"

// In a build without zlib.
namespace halo::http {

DecodingLibrary gzip_library() noexcept { return {false, nullptr}; }
DecodingLibrary deflate_library() noexcept { return {false, nullptr}; }

}  // namespace halo::http
