#include "tests/reactor/stream_beneath.hpp"

namespace halo::test {

std::unique_ptr<ByteStream> stream_beneath() { return nullptr; }

}  // namespace halo::test
