#pragma once

#include <cstddef>

namespace halo::test {

/// Calls of operator new since the program began: linking halo_allocation_count replaces it.
std::size_t allocations() noexcept;

/// Bytes that operator new has given and that were not given back.
std::size_t bytes_in_use() noexcept;

}  // namespace halo::test
