#include "protocols/http/redirect_policy.hpp"

#include <algorithm>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "protocols/http/http_error.hpp"
#include "protocols/http/percent.hpp"
#include "protocols/http/url.hpp"

namespace halo::http {
namespace {

// What only the first server may see.
constexpr std::string_view kSecrets[] = {"Authorization", "Proxy-Authorization", "Cookie",
                                         "Cookie2", "Host"};

// What describes a body, and goes with it.
constexpr std::string_view kBodyHeaders[] = {
    "Content-Type",  "Content-Encoding", "Content-Language", "Content-Location",
    "Content-Range", "Content-MD5",      "Digest",           "Expect"};

bool is_redirect(unsigned status) noexcept {
  return (status >= 301 && status <= 303) || status == 307 || status == 308;
}

bool becomes_get(unsigned status, std::string_view method) noexcept {
  if (status == 303) {
    return method != "HEAD";
  }
  return (status == 301 || status == 302) && method == "POST";
}

Result<Url> target_of(const Url& from, const Headers& answer) {
  const std::vector<std::string_view> locations = answer.get_all("Location");
  const std::string_view location = locations.front();
  const bool same = std::ranges::all_of(
      locations, [location](std::string_view other) { return other == location; });
  if (!same || location.empty()) {
    return HttpErrc::kBadLocation;
  }
  Result<Url> url = from.resolve(percent_encode_stray(location));
  if (!url) {
    return url.error() == HttpErrc::kUrlUnknownScheme ? HttpErrc::kRedirectScheme
                                                      : HttpErrc::kBadLocation;
  }
  url->inherit_fragment(from);
  return url;
}

void remove_all(Headers& headers, std::span<const std::string_view> names) {
  for (const std::string_view name : names) {
    headers.remove(name);
  }
}

}  // namespace

Result<std::optional<Request>> RedirectPolicy::next(const Request& request, unsigned status,
                                                    const Headers& answer,
                                                    std::size_t redirects) const {
  if (!follow || !is_redirect(status) || !answer.has("Location")) {
    return std::optional<Request>();
  }
  if (redirects >= redirects_max) {
    return HttpErrc::kTooManyRedirects;
  }
  Result<Url> target = target_of(request.url, answer);
  if (!target) {
    return target.error();
  }
  const bool downgrade = request.url.is_https() && !target->is_https();
  if (downgrade && !https_to_http) {
    return HttpErrc::kRedirectDowngrade;
  }

  Request next{request.method, *std::move(target), request.headers, request.body};
  if (becomes_get(status, request.method)) {
    next.method = "GET";
    next.body = {};
    remove_all(next.headers, kBodyHeaders);
  } else if (next.body.framing != BodyForm::Framing::kNone && !next.body.replayable) {
    return HttpErrc::kBodyNotReplayable;
  }
  if (next.url.same_origin(request.url)) {
    next.url.inherit_userinfo(request.url);
  } else {
    remove_all(next.headers, kSecrets);
  }
  if (send_referer) {
    next.headers.remove("Referer");
    if (!downgrade && next.headers.add("Referer", request.url.absolute_form())) {
      return HttpErrc::kBadLocation;  // only where the head grew past 4 GiB
    }
  }
  return std::optional(std::move(next));
}

}  // namespace halo::http
