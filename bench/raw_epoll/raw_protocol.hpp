#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace halo::bench {

/// What an EpollServer speaks. *Owner:* main. *Thread:* the server's.
class RawProtocol {
 public:
  struct Answered {
    std::size_t consumed = 0;  ///< bytes that need not come again
    bool close = false;        ///< once what was answered is sent
  };

  virtual ~RawProtocol() = default;

  /// What a new connection hears.
  virtual std::string_view welcome() const noexcept = 0;

  /// Appends to `output` what is to be said to `unread`: what has come and was not consumed.
  /// `ended`: nothing comes behind it.
  virtual Answered answer(std::string_view unread, bool ended, std::string& output) = 0;
};

}  // namespace halo::bench
