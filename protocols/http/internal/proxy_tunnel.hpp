#pragma once

// A tunnel through a proxy, beneath the stream that is spoken in it.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <system_error>

#include "protocols/http/message_sink.hpp"
#include "protocols/http/parser_limits.hpp"
#include "protocols/http/response_parser.hpp"
#include "reactor/byte_stream.hpp"

namespace halo::http {

/// Asks a proxy for a tunnel (CONNECT), and when it is there opens `inside`, TLS with the server
/// behind it. From then on it is not in the way. *Owner:* a connection. *Thread:* the loop's.
///
///   asking -> listening -> through
///
/// A byte behind the proxy's answer would come from nobody who may speak: in TLS the client begins.
/// See: RFC 9110, 9.3.6.
class ProxyTunnel final : public ByteStream, private ResponseSink {
 public:
  /// `head`: what asks for the tunnel.
  ProxyTunnel(std::string head, const ParserLimits& limits, std::unique_ptr<ByteStream> inside);

  void attach(int fd) override { fd_ = fd; }
  [[nodiscard]] std::error_code open() override;
  Result<std::size_t> read(std::span<std::byte> room) override { return inside_->read(room); }
  Result<std::size_t> write(std::span<const std::byte> bytes) override {
    return inside_->write(bytes);
  }
  [[nodiscard]] std::error_code finish() override { return inside_->finish(); }
  bool has_input() const noexcept override {
    return state_ == State::kThrough && inside_->has_input();
  }
  Interest read_waits_for() const noexcept override;
  Interest write_waits_for() const noexcept override { return inside_->write_waits_for(); }

  /// "the proxy answered 407 Proxy Authentication Required", or what `inside` says.
  std::string failure() const override;

 private:
  enum class State : std::uint8_t { kAsking, kListening, kThrough };

  void on_head(const ResponseHead& head) override;
  void on_body(std::span<const std::byte> /*bytes*/) override {}
  void on_complete(const Headers& /*trailers*/) override {}
  std::error_code ask();
  std::error_code listen();

  const std::string head_;
  ResponseParser parser_;
  const std::unique_ptr<ByteStream> inside_;
  State state_ = State::kAsking;
  int fd_ = -1;
  std::size_t sent_ = 0;  // bytes of head_
  std::string refusal_;
};

}  // namespace halo::http
