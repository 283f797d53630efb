#pragma once

#include <cstddef>
#include <cstdint>

/// What a fuzz target defines: any bytes must do, and a broken promise aborts (HALO_CHECK). Returns
/// 0. Called again and again in one process, so it keeps nothing. *See:* libFuzzer's manual.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
