#pragma once

#include <memory>
#include <optional>
#include <string>

#include "reactor/tls/tls_error.hpp"
#include "reactor/tls/tls_stream.hpp"
#include "tests/reactor/recorder.hpp"
#include "tests/reactor/tls/authority.hpp"
#include "tests/reactor/tls/tls_peer.hpp"

namespace halo::test {

/// A connection over TLS on every poller, with a peer of OpenSSL's own at the other end.
class TlsFixture : public ConnectionFixture {
 protected:
  TlsFixture() { recorder_.may_never_open = true; }

  /// The one of this program, made by the first test that asks.
  static Authority& authority();
  static const Identity& identity();  ///< for example.test, 127.0.0.1 and ::1

  TlsContext client_context() const { return TlsContext::create_client(client_options_).value(); }

  /// Our client over `pair_.ours`, and `peer_` as its server.
  Connection& connect(const std::string& host = "example.test",
                      const Identity& server = identity());
  Connection& connect(const TlsContext& client, const std::string& host = "example.test",
                      const Identity& server = identity());
  /// Our server over `pair_.ours`, and `peer_` as its client.
  Connection& accept();
  Connection& accept(const TlsContext& server);

  /// The stream beneath a connection made by the above.
  static TlsStream& stream_of(Connection& connection) {
    return dynamic_cast<TlsStream&>(*connection.stream());
  }

  /// Runs loop and peer.
  testing::AssertionResult until(const std::function<bool()>& done);
  testing::AssertionResult until_open() {
    return until([this] { return recorder_.opens == 1 && peer_->open(); });
  }
  testing::AssertionResult until_closed() {
    return until([this] { return recorder_.closes == 1; });
  }
  void expect_failed(std::error_code why, const std::string& words);

  TlsClientOptions client_options_{.authorities_file = authority().file(), .protocols = {}};
  TlsServerOptions server_options_{.certificate_file = identity().certificate_file,
                                   .key_file = identity().key_file,
                                   .protocols = {}};
  std::optional<TlsPeer> peer_;
  std::string words_;  // what the stream said on close
};

}  // namespace halo::test
