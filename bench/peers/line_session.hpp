#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace halo::bench {

/// What a peer reads at once, at most: as much as ours do.
inline constexpr std::size_t kPeerReadBytesMax = 64 * 1024;

/// The hello protocol of one connection, whatever library carries its bytes. *Owner:* the
/// connection.
class LineSession {
 public:
  /// What a new connection hears. *Lifetime:* the program's.
  static std::string_view welcome() noexcept;

  /// Appends to `output` the answers to what has come, `input`, and keeps an incomplete line for
  /// the next call. `ended`: nothing comes behind it. Returns whether to close once `output` is
  /// sent.
  bool answer(std::string_view input, bool ended, std::string& output);

 private:
  std::string unread_;
};

}  // namespace halo::bench
