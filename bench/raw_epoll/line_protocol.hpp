#pragma once

#include "bench/raw_epoll/raw_protocol.hpp"

namespace halo::bench {

/// The hello line protocol.
class LineProtocol final : public RawProtocol {
 public:
  std::string_view welcome() const noexcept override;
  Answered answer(std::string_view unread, bool ended, std::string& output) override;
};

}  // namespace halo::bench
