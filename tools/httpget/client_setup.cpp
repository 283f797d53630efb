#include "tools/httpget/client_setup.hpp"

#include <cstdlib>
#include <utility>

#include <fmt/format.h>

#include "protocols/http/http_error.hpp"
#include "protocols/http/proxy.hpp"
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
  if (!options.ca_file.empty()) {
    failure.code = ExitCode::kCaFile;
    failure.fix = "give --cacert a file of certificates in PEM form";
  }
  return failure;
}

}  // namespace

std::variant<http::ClientOptions, Failure> make_client_options(const Options& options) {
  http::ClientOptions client;
  client.families = families(options.family);
  client.connect_timeout = options.connect_timeout;
  client.connections_per_origin_max = options.parallel;
  client.redirects.follow = options.follow;
  client.redirects.redirects_max = options.redirects_max;
  for (const ResolveOption& resolve : options.resolve) {
    client.addresses[fmt::format("{}:{}", resolve.host, resolve.port)] = resolve.endpoints;
  }
  if (options.proxy) {
    client.proxies = {*options.proxy, *options.proxy, ""};
  } else {
    client.proxies = http::proxy_settings([](const char* name) { return std::getenv(name); });
  }
  for (const std::string* const proxy : {&client.proxies.http, &client.proxies.https}) {
    if (!proxy->empty() && !http::parse_proxy(*proxy)) {
      return describe_failure(  // without its text, which may have a password
          make_error_code(http::HttpErrc::kBadProxy), Stage::kPrepare,
          "-x or the environment's proxy: " + make_error_code(http::HttpErrc::kBadProxy).message());
    }
  }
  Result<http::SecureStream> secure = secure_stream(options);
  if (!secure) {
    return bad_authorities(options, secure.error());
  }
  client.secure_stream = std::move(*secure);
  return client;
}

}  // namespace halo::httpget
