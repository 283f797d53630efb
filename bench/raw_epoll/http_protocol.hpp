#pragma once

#include "bench/raw_epoll/raw_protocol.hpp"

namespace halo::bench {

/// HTTP without reading it: each empty line is taken for a request's end, and gets the answer that
/// hello-http has for GET /hello/Bond, byte for byte but for its date, which is always the same.
class HttpProtocol final : public RawProtocol {
 public:
  std::string_view welcome() const noexcept override { return ""; }
  Answered answer(std::string_view unread, bool ended, std::string& output) override;
};

}  // namespace halo::bench
