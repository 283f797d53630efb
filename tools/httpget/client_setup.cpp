#include "tools/httpget/client_setup.hpp"

#include <utility>

#include <fmt/format.h>

#include "tools/httpget/secure.hpp"

namespace halo::httpget {
namespace {

AddressFamilies families(Family family) {
  switch (family) {
    case Family::kIpv4:
      return AddressFamilies::kIpv4;
    case Family::kIpv6:
      return AddressFamilies::kIpv6;
    case Family::kAny:
      break;
  }
  return AddressFamilies::kAny;
}

Failure bad_authorities(const Options& options, std::error_code error) {
  Failure failure = describe_failure(
      error, Stage::kTls, fmt::format("--cacert '{}': {}", options.ca_file, error.message()));
  failure.code = options.ca_file.empty() ? failure.code : ExitCode::kCaFile;
  return failure;
}

}  // namespace

std::variant<http::ClientOptions, Failure> client_options(const Options& options) {
  http::ClientOptions client;
  client.families = families(options.family);
  client.connect_timeout = options.connect_timeout;
  client.connections_per_origin_max = options.parallel;
  client.redirects.follow = options.follow;
  client.redirects.redirects_max = options.redirects_max;
  for (const ResolveOption& resolve : options.resolve) {
    client.addresses[fmt::format("{}:{}", resolve.host, resolve.port)] = resolve.endpoints;
  }
  Result<http::SecureStream> secure = secure_stream(options);
  if (!secure) {
    return bad_authorities(options, secure.error());
  }
  client.secure_stream = std::move(*secure);
  return client;
}

}  // namespace halo::httpget
