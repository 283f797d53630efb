#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

#include "reactor/result.hpp"

namespace halo::http {

/// An absolute http or https URL, checked and normalised. A value.
///
///   https://user:pass%20word@Example.ORG:8443/a/b?x=1#part
///   scheme  userinfo         host        port path query fragment
///
/// 1. Strict by RFC 3986: no blank, control byte, backslash or byte over 0x7f anywhere, "%" only
///    with two hexadecimal digits, one "@" at most before the host, hosts as `normal_host` has
///    them. Only "<>[]^`{|} and the double quote pass in path, query and fragment, where every
///    server takes them.
/// 2. Normalised: scheme and host in lower case, a path of at least "/", no "." and ".." segments,
///    no port where it is the scheme's own. So parsing what `to_string` gives gives the same URL.
/// 3. No part can leave its place in a request's head: a line break cannot be in it.
///
/// See: RFC 3986; RFC 9110, 4.2.
class Url {
 public:
  enum class Scheme : std::uint8_t { kHttp, kHttps };

  /// The longest URL in bytes, as given and as normalised: the longest line that peers may send us,
  /// and more than servers take.
  static constexpr std::size_t kBytesMax = 64 * 1024;

  /// Parses an absolute URL. Fails with a kUrl... error; `fault_at`, if given, is then set to the
  /// place of the fault, in bytes from the beginning of `text`.
  static Result<Url> parse(std::string_view text, std::size_t* fault_at = nullptr);

  /// As `parse`, for what people type: "example.org/x" and "localhost:8080" are http.
  static Result<Url> parse_from_hand(std::string_view text, std::size_t* fault_at = nullptr);

  /// What `reference` means on the page of this URL: "../x", "//host/x", "?y", or a URL of its own,
  /// read strictly. It has the reference's fragment, or none. Fails as `parse` does.
  /// See: RFC 3986, 5.2.
  Result<Url> resolve(std::string_view reference, std::size_t* fault_at = nullptr) const;

  Scheme scheme() const noexcept { return scheme_; }
  bool is_https() const noexcept { return scheme_ == Scheme::kHttps; }
  std::string_view scheme_name() const noexcept { return is_https() ? "https" : "http"; }

  bool has_userinfo() const noexcept { return userinfo_.has_value(); }
  /// Percent-decoded; free of control bytes. Empty where there is none.
  std::string user() const;
  std::string password() const;
  void drop_userinfo() noexcept { userinfo_.reset(); }

  /// Takes the other's userinfo where this has none: for a redirect to the same origin.
  void inherit_userinfo(const Url& from);

  /// In the form that is compared: see normal_host. An IPv6 address is in brackets.
  const std::string& host() const noexcept { return host_; }
  std::uint16_t port() const noexcept { return port_; }

  std::string_view path() const noexcept {
    return std::string_view(target_).substr(0, path_bytes_);
  }
  /// Without the "?"; nothing where there is none, which differs from an empty one.
  std::optional<std::string_view> query() const noexcept;
  /// Path and query: what a request asks the server for.
  const std::string& target() const noexcept { return target_; }

  /// Without the "#". It is never sent.
  const std::optional<std::string>& fragment() const noexcept { return fragment_; }
  /// Takes the other's fragment where this has none, as a redirect does. See: RFC 9110, 10.2.2.
  void inherit_fragment(const Url& from);

  /// Host, and port where it is not the scheme's own: the value of Host.
  std::string authority() const;
  void append_authority(std::string& out) const;
  /// Host and port, always: the target of a CONNECT.
  std::string host_and_port() const;
  void append_host_and_port(std::string& out) const;
  /// Scheme and authority: "https://example.org:8443".
  std::string origin() const;
  void append_origin(std::string& out) const;
  bool same_origin(const Url& other) const noexcept;
  /// All but userinfo and fragment: what a proxy is asked for, and what a Referer may say.
  std::string absolute_form() const;
  /// All of it.
  std::string to_string() const;

  friend bool operator==(const Url&, const Url&) = default;

 private:
  class Parser;

  Url() = default;

  Scheme scheme_ = Scheme::kHttp;
  std::uint16_t port_ = 0;
  std::size_t path_bytes_ = 1;  // of target_
  std::optional<std::string> userinfo_;
  std::string host_;
  std::string target_ = "/";
  std::optional<std::string> fragment_;
};

/// One line for who typed or sent `text`: the error, where in the text, and the text itself, cut to
/// a sensible length and with escapes in place of what would disturb a terminal or a log.
std::string explain_bad_url(std::string_view text, std::error_code error, std::size_t fault_at);

}  // namespace halo::http
