#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "protocols/http/parser_limits.hpp"
#include "protocols/http/proxy.hpp"
#include "protocols/http/redirect_policy.hpp"
#include "reactor/byte_stream.hpp"
#include "reactor/endpoint.hpp"
#include "reactor/name_lookup.hpp"
#include "reactor/resolver.hpp"
#include "reactor/result.hpp"
#include "reactor/time.hpp"

namespace halo::http {

/// How long each part of a request may take; zero: for ever.
struct Deadlines {
  /// From the first byte of the request's body to its last, or of the answer's: without a byte.
  Duration idle = std::chrono::seconds(60);
  /// From the last byte of the request to the first one of the answer.
  Duration first_byte = std::chrono::seconds(60);
  /// From the request, with waiting, redirects and retries, to the last byte of the answer.
  Duration total{};
};

/// TLS to a host and port, beneath a connection to it. Fails as TlsStream::to_server does.
using SecureStream =
    std::function<Result<std::unique_ptr<ByteStream>>(const std::string& host, std::uint16_t port)>;

struct ClientOptions {
  /// Connections to one origin, in use or idle: what browsers and their like came to is 6; a
  /// program that loads a server of its own wants more.
  std::size_t connections_per_origin_max = 16;
  /// Connections in all; an idle one is closed where it is in another origin's way.
  std::size_t connections_max = 1024;
  /// Requests in flight or waiting; further ones fail with kQueueFull.
  std::size_t requests_max = 100'000;
  /// After which an idle connection is closed: shorter than the 5 s of servers such as Node and
  /// Apache, so that few requests meet a connection that the server is just closing.
  Duration connection_idle_timeout = std::chrono::seconds(4);
  /// From the lookup of the name to a connection that takes a request, with TLS.
  Duration connect_timeout = std::chrono::seconds(10);
  /// From one address of a host to the next; see HappyEyeballsOptions.
  Duration attempt_delay = std::chrono::milliseconds(250);
  AddressFamilies families = AddressFamilies::kAny;
  Deadlines deadlines;
  ParserLimits limits;
  RedirectPolicy redirects;
  ResolverOptions resolver;
  /// Which proxies to ask through; those of the environment only where it is put in here.
  ProxySettings proxies;
  /// Where hosts are, in place of a lookup: by Url::host_and_port(), "example.org:443".
  std::map<std::string, std::vector<Endpoint>> addresses;
  /// For https, which fails with kNoTls without it.
  SecureStream secure_stream;
};

}  // namespace halo::http
