#pragma once

#include "protocols/http/request.hpp"
#include "protocols/http/url.hpp"
#include "reactor/result.hpp"
#include "tools/httpget/options.hpp"

namespace halo::httpget {

/// What to send for `url`: what httpget sends of its own (User-Agent, Accept, with a body its
/// Content-Type, with --compressed Accept-Encoding, with -u Authorization), unless -H has another
/// value for it or takes it away, and then the fields of -H in their order.
/// Fails with an HttpErrc where it cannot be sent, so that all is known before anything is.
Result<http::Request> build_request(const Options& options, const http::Url& url);

}  // namespace halo::httpget
