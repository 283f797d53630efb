#pragma once

#include <cstddef>
#include <optional>

#include "protocols/http/headers.hpp"
#include "protocols/http/request.hpp"
#include "reactor/result.hpp"

namespace halo::http {

/// Which redirects are followed, and with what.
///
///   status         method                          body
///   -------------------------------------------------------------------------------
///   301, 302       POST becomes GET, others stay   gone with POST, else sent again
///   303            HEAD stays, others become GET   gone
///   307, 308       stays                           sent again
///   any other      no redirect
///
/// 1. To http and https only, and from https to http only when asked for.
/// 2. When scheme, host or port change, what was meant for the first server is dropped: userinfo,
///    Authorization, Proxy-Authorization, Cookie, and a Host of the caller's own.
/// 3. A Location is read as browsers read it: relative ones are resolved, blanks and bytes over
/// 0x7f
///    percent-encoded. It inherits the fragment. Line breaks and the like make it an error.
///
/// See: RFC 9110, 10.2.2 and 15.4.
struct RedirectPolicy {
  bool follow = true;
  /// A chain of more is an error, and so is every loop: browsers' number.
  std::size_t redirects_max = 20;
  bool https_to_http = false;
  /// Whether a followed request says in Referer which URL redirected it, without its userinfo and
  /// fragment, and never from https to http.
  bool send_referer = false;

  /// What to ask next, after `request` was answered with this status and these headers, and
  /// `redirects` redirects were followed before; nothing where the answer is the one to deliver: it
  /// is no redirect, has no Location, or none are followed.
  /// Fails with kTooManyRedirects, kBadLocation, kRedirectScheme, kRedirectDowngrade or
  /// kBodyNotReplayable.
  Result<std::optional<Request>> next(const Request& request, unsigned status,
                                      const Headers& answer, std::size_t redirects) const;
};

}  // namespace halo::http
