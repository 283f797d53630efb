#include "protocols/hello/chunk_codec.hpp"

#include <algorithm>

namespace halo::hello {

Decoded<ChunkDecoder::Message> ChunkDecoder::decode(std::span<const std::byte> unread) noexcept {
  if (unread.empty()) {
    return {};
  }
  const std::size_t size = std::min(unread.size(), kMessageBytesMax);
  return {size, Message(reinterpret_cast<const char*>(unread.data()), size), {}};
}

}  // namespace halo::hello
