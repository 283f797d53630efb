#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <system_error>

#include "reactor/byte_stream.hpp"
#include "reactor/tls/tls_context.hpp"

namespace halo {

/// TLS beneath a Connection, for ConnectionTable::adopt: on_open comes when the handshake is done
/// and the peer is who it shall be; a failure before that arrives as on_close alone.
///
///     auto stream = TlsStream::to_server(context, "example.org", 443);
///     table.adopt(std::move(socket), std::move(handler), std::move(*stream));
///
/// 1. The end of input is on_end only where the peer announced it (close_notify); else on_close
///    comes with Errc::kTruncated.
/// 2. It holds at most kHeldBytesMax bytes, and few while nothing is under way.
class TlsStream final : public ByteStream {
 public:
  static constexpr std::size_t kHeldBytesMax = 256 * 1024;

  /// The client's side. `host`: the name or numeric address that the user asked for, to which the
  /// server's certificate must belong; brackets around IPv6 and a final dot are allowed. Names, not
  /// addresses, are told to the server (SNI). `port` tells sessions of one host apart.
  /// Fails with kBadHost or kOutOfMemory.
  static Result<std::unique_ptr<TlsStream>> to_server(const TlsContext& client,
                                                      std::string_view host, std::uint16_t port);

  /// The server's side. Fails with kOutOfMemory.
  static Result<std::unique_ptr<TlsStream>> to_client(const TlsContext& server);

  ~TlsStream() override;
  TlsStream(const TlsStream&) = delete;
  TlsStream& operator=(const TlsStream&) = delete;

  // Of an open stream:

  /// The protocol that both agreed on (ALPN), or nothing. Valid while the stream lives.
  std::string_view protocol() const noexcept;
  /// "TLSv1.3".
  std::string_view version() const noexcept;
  /// "TLS_AES_256_GCM_SHA384".
  std::string_view cipher() const noexcept;
  /// Whether an earlier connection's session went on, which spares a round of proofs.
  bool session_reused() const noexcept;

  void attach(int fd) override;
  [[nodiscard]] std::error_code open() override;
  Result<std::size_t> read(std::span<std::byte> room) override;
  Result<std::size_t> write(std::span<const std::byte> bytes) override;
  [[nodiscard]] std::error_code finish() override;
  bool has_input() const noexcept override;
  Interest read_waits_for() const noexcept override;
  Interest write_waits_for() const noexcept override;

  /// "certificate is for other.example, not example.org", "certificate of example.org has expired
  /// (on 2026-01-31 12:00:00 UTC)", "example.org refused the handshake: protocol version", ...
  std::string failure() const override;

 private:
  struct Parts;  // OpenSSL's objects, and the socket as they see it
  explicit TlsStream(std::unique_ptr<Parts> parts) noexcept;

  std::unique_ptr<Parts> parts_;
};

}  // namespace halo
