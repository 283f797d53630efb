#pragma once

#include <memory>

#include "reactor/byte_stream.hpp"

namespace halo::test {

/// What this program's connections lie on, so that one suite holds with and without a stream:
/// nothing (stream_beneath_none.cpp), or an unruly one (stream_beneath_unruly.cpp).
std::unique_ptr<ByteStream> stream_beneath();

}  // namespace halo::test
