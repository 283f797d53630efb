#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

namespace halo {

enum class LogLevel : std::uint8_t { kDebug, kInfo, kWarning, kError };

/// Where the library's few messages go: the embedder's choice, nowhere when empty. The text is one
/// line without its end, valid during the call. *Thread:* any loop's, so it must be thread-safe.
using LogSink = std::function<void(LogLevel level, std::string_view text)>;

}  // namespace halo
