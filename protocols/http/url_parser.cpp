#include <algorithm>
#include <charconv>
#include <utility>

#include "protocols/http/host.hpp"
#include "protocols/http/http_error.hpp"
#include "protocols/http/percent.hpp"
#include "protocols/http/syntax.hpp"
#include "protocols/http/url.hpp"

namespace halo::http {
namespace {

constexpr std::string_view kAuthorityEnds = "/?#";

bool is_scheme(std::string_view text) noexcept {
  return !text.empty() && is_alpha(text.front()) && std::ranges::all_of(text, [](char c) {
    return is_alpha(c) || is_digit(c) || c == '+' || c == '-' || c == '.';
  });
}

// The scheme in front of a URL's colon; empty where a path, query or fragment begins first.
std::string_view scheme_of(std::string_view text) noexcept {
  const std::size_t end = text.find_first_of(":/?#");
  const bool colon = end != std::string_view::npos && text[end] == ':';
  return colon && is_scheme(text.substr(0, end)) ? text.substr(0, end) : std::string_view();
}

bool is_userinfo_byte(char c) noexcept {
  constexpr std::string_view kSigns = "-._~!$&'()*+,;=:%";
  return is_alpha(c) || is_digit(c) || kSigns.find(c) != std::string_view::npos;
}

bool is_control(char c) noexcept {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == 0x7f;
}

// `path` begins with a slash. See: RFC 3986, 5.2.4.
std::string without_dot_segments(std::string_view path) {
  std::string clean;
  clean.reserve(path.size());
  for (bool last = false; !last;) {
    path.remove_prefix(1);  // the slash
    const std::size_t end = std::min(path.find('/'), path.size());
    const std::string_view segment = path.substr(0, end);
    path.remove_prefix(end);
    last = path.empty();
    const bool up = segment == "..";
    if (up && !clean.empty()) {
      clean.resize(clean.rfind('/'));
    }
    if (!up && segment != ".") {
      (clean += '/').append(segment);
    } else if (last) {
      clean += '/';
    }
  }
  return clean;
}

}  // namespace

// One pass over one text, from left to right; each step returns false after it has noted an error.
class Url::Parser {
 public:
  explicit Parser(std::string_view text) noexcept : text_(text) {}

  Result<Url> absolute() { return finish(check_bytes() && parse_absolute()); }

  Result<Url> relative_to(const Url& base) { return finish(check_bytes() && parse_relative(base)); }

  std::size_t fault_at() const noexcept { return fault_at_; }

 private:
  bool fail(HttpErrc error, std::size_t at) noexcept {
    error_ = error;
    fault_at_ = at;
    return false;
  }

  Result<Url> finish(bool parsed) {
    if (parsed && url_.to_string().size() > kBytesMax) {
      parsed = fail(HttpErrc::kUrlTooLong, text_.size());
    }
    if (!parsed) {
      return error_;
    }
    return std::move(url_);
  }

  bool check_bytes() noexcept {
    if (text_.size() > kBytesMax) {
      return fail(HttpErrc::kUrlTooLong, kBytesMax);
    }
    for (std::size_t i = 0; i < text_.size(); ++i) {
      const char c = text_[i];
      if (is_control(c) || c == ' ' || c == '\\') {
        return fail(HttpErrc::kUrlBadByte, i);
      }
      if (static_cast<unsigned char>(c) >= 0x80) {
        return fail(HttpErrc::kUrlNotAscii, i);
      }
    }
    return true;
  }

  bool parse_absolute() {
    if (text_.empty()) {
      return fail(HttpErrc::kUrlEmpty, 0);
    }
    const std::string_view scheme = scheme_of(text_);
    if (scheme.empty()) {
      return fail(HttpErrc::kUrlNoScheme, 0);
    }
    if (equal_ignoring_case(scheme, "https")) {
      url_.scheme_ = Scheme::kHttps;
    } else if (!equal_ignoring_case(scheme, "http")) {
      return fail(HttpErrc::kUrlUnknownScheme, 0);
    }
    const std::size_t colon = scheme.size();
    if (text_.substr(colon + 1, 2) != "//") {
      return fail(HttpErrc::kUrlNoHost, colon + 1);
    }
    return parse_from_authority(colon + 3);
  }

  // See: RFC 3986, 5.2.2.
  bool parse_relative(const Url& base) {
    if (!scheme_of(text_).empty()) {
      return parse_absolute();
    }
    if (text_.starts_with("//")) {
      url_.scheme_ = base.scheme_;
      return parse_from_authority(2);
    }
    url_ = base;
    url_.fragment_.reset();
    const std::size_t path_end = std::min(text_.find_first_of("?#"), text_.size());
    const std::string_view path = text_.substr(0, path_end);
    if (path.empty()) {
      const bool query = text_.starts_with('?');
      return set_tail(base.path(), path_end, query ? std::nullopt : base.query());
    }
    if (path.front() == '/') {
      return set_tail(path, path_end, std::nullopt);
    }
    const std::string_view folder = base.path().substr(0, base.path().rfind('/') + 1);
    return set_tail(std::string(folder).append(path), path_end, std::nullopt);
  }

  bool parse_from_authority(std::size_t begin) {
    const std::size_t end = std::min(text_.find_first_of(kAuthorityEnds, begin), text_.size());
    const std::size_t path_end = std::min(text_.find_first_of("?#", end), text_.size());
    const std::string_view path = path_end > end ? text_.substr(end, path_end - end) : "/";
    return parse_authority(begin, end) && set_tail(path, path_end, std::nullopt);
  }

  bool parse_authority(std::size_t begin, std::size_t end) {
    const std::size_t at = text_.substr(0, end).find('@', begin);
    if (at != std::string_view::npos) {
      if (!parse_userinfo(begin, at)) {
        return false;
      }
      begin = at + 1;
    }
    const std::string_view host_and_port = text_.substr(begin, end - begin);
    const std::size_t bracket = host_and_port.rfind(']');  // colons before it are the address's own
    const std::size_t colon =
        host_and_port.find(':', bracket == std::string_view::npos ? 0 : bracket);
    const std::string_view host = host_and_port.substr(0, colon);
    Result<std::string> normal = normal_host(host);
    if (!normal) {
      return fail(static_cast<HttpErrc>(normal.error().value()), begin);
    }
    url_.host_ = *std::move(normal);
    return parse_port(begin + std::min(host.size() + 1, host_and_port.size()), end);
  }

  bool parse_userinfo(std::size_t begin, std::size_t end) {
    const std::string_view userinfo = text_.substr(begin, end - begin);
    const auto bad = std::ranges::find_if_not(userinfo, is_userinfo_byte);
    if (bad != userinfo.end()) {
      return fail(HttpErrc::kUrlBadUserinfo,
                  begin + static_cast<std::size_t>(bad - userinfo.begin()));
    }
    if (!check_percents(begin, end)) {
      return false;
    }
    if (std::ranges::any_of(percent_decode(userinfo), is_control)) {
      return fail(HttpErrc::kUrlBadUserinfo, begin);
    }
    url_.userinfo_ = userinfo;
    return true;
  }

  // An empty port is the scheme's own. See: RFC 3986, 3.2.3.
  bool parse_port(std::size_t begin, std::size_t end) noexcept {
    url_.port_ = url_.is_https() ? 443 : 80;
    const char* const first = text_.data() + begin;
    const char* const last = text_.data() + end;
    if (first != last) {
      const auto [stopped, error] = std::from_chars(first, last, url_.port_);
      if (error != std::errc{} || stopped != last) {
        return fail(HttpErrc::kUrlBadPort, begin);
      }
    }
    return true;
  }

  // `path`, then the text's query and fragment, which begin at `at`; `query` stands in for a query.
  bool set_tail(std::string_view path, std::size_t at, std::optional<std::string_view> query) {
    const std::size_t hash = std::min(text_.find('#', at), text_.size());
    if (at < hash) {
      query = text_.substr(at + 1, hash - at - 1);
    }
    if (!check_percents(0, text_.size())) {
      return false;
    }
    std::string target = without_dot_segments(path);
    url_.path_bytes_ = target.size();
    if (query) {
      (target += '?').append(*query);
    }
    url_.target_ = std::move(target);
    if (hash < text_.size()) {
      url_.fragment_ = text_.substr(hash + 1);
    }
    return true;
  }

  bool check_percents(std::size_t begin, std::size_t end) noexcept {
    const std::size_t bad = find_bad_percent(text_.substr(begin, end - begin));
    return bad == std::string_view::npos || fail(HttpErrc::kUrlBadPercent, begin + bad);
  }

  std::string_view text_;
  Url url_;
  std::error_code error_;
  std::size_t fault_at_ = 0;
};

Result<Url> Url::parse(std::string_view text, std::size_t* fault_at) {
  Parser parser(text);
  Result<Url> url = parser.absolute();
  if (fault_at != nullptr) {
    *fault_at = parser.fault_at();
  }
  return url;
}

Result<Url> Url::parse_from_hand(std::string_view text, std::size_t* fault_at) {
  // A colon ends a scheme where a slash follows ("ftp://x", "http:/x"), else a host ("x:80").
  const std::string_view scheme = scheme_of(text);
  const bool slash = !scheme.empty() && text.substr(scheme.size() + 1).starts_with('/');
  const bool http = equal_ignoring_case(scheme, "http") || equal_ignoring_case(scheme, "https");
  if (slash || http || text.empty()) {
    return parse(text, fault_at);
  }
  constexpr std::string_view kPresumed = "http://";
  Result<Url> url = parse(std::string(kPresumed).append(text), fault_at);
  if (!url && fault_at != nullptr) {
    *fault_at -= std::min(*fault_at, kPresumed.size());
  }
  return url;
}

Result<Url> Url::resolve(std::string_view reference, std::size_t* fault_at) const {
  Parser parser(reference);
  Result<Url> url = parser.relative_to(*this);
  if (fault_at != nullptr) {
    *fault_at = parser.fault_at();
  }
  return url;
}

}  // namespace halo::http
