#include "protocols/http/url.hpp"

#include "protocols/http/percent.hpp"

namespace halo::http {
namespace {

constexpr std::uint16_t default_port(Url::Scheme scheme) noexcept {
  return scheme == Url::Scheme::kHttps ? 443 : 80;
}

void append_escaped(std::string& out, char c) {
  constexpr std::string_view kHexDigits = "0123456789abcdef";
  const auto byte = static_cast<unsigned char>(c);
  if (byte >= 0x20 && byte < 0x7f) {
    out += c;
  } else {
    out.append("\\x").append(1, kHexDigits[byte >> 4]).append(1, kHexDigits[byte & 0xf]);
  }
}

}  // namespace

std::string Url::user() const {
  const std::string_view userinfo = userinfo_ ? std::string_view(*userinfo_) : std::string_view();
  return percent_decode(userinfo.substr(0, userinfo.find(':')));
}

std::string Url::password() const {
  const std::string_view userinfo = userinfo_ ? std::string_view(*userinfo_) : std::string_view();
  const std::size_t colon = userinfo.find(':');
  return colon == std::string_view::npos ? std::string()
                                         : percent_decode(userinfo.substr(colon + 1));
}

std::optional<std::string_view> Url::query() const noexcept {
  if (path_bytes_ == target_.size()) {
    return std::nullopt;
  }
  return std::string_view(target_).substr(path_bytes_ + 1);
}

void Url::inherit_userinfo(const Url& from) {
  if (!userinfo_) {
    userinfo_ = from.userinfo_;
  }
}

void Url::inherit_fragment(const Url& from) {
  if (!fragment_) {
    fragment_ = from.fragment_;
  }
}

std::string Url::authority() const {
  std::string text;
  append_authority(text);
  return text;
}

void Url::append_authority(std::string& out) const {
  if (port_ == default_port(scheme_)) {
    out.append(host_);
  } else {
    append_host_and_port(out);
  }
}

std::string Url::host_and_port() const {
  std::string text;
  append_host_and_port(text);
  return text;
}

void Url::append_host_and_port(std::string& out) const {
  out.append(host_).append(1, ':').append(std::to_string(port_));
}

std::string Url::origin() const {
  std::string text;
  append_origin(text);
  return text;
}

void Url::append_origin(std::string& out) const {
  out.append(scheme_name()).append("://");
  append_authority(out);
}

bool Url::same_origin(const Url& other) const noexcept {
  return scheme_ == other.scheme_ && port_ == other.port_ && host_ == other.host_;
}

std::string Url::absolute_form() const { return origin() + target_; }

std::string Url::to_string() const {
  std::string text(scheme_name());
  text += "://";
  if (userinfo_) {
    text.append(*userinfo_) += '@';
  }
  append_authority(text);
  text.append(target_);
  if (fragment_) {
    (text += '#').append(*fragment_);
  }
  return text;
}

std::string explain_bad_url(std::string_view text, std::error_code error, std::size_t fault_at) {
  constexpr std::size_t kShownBytesMax = 200;
  std::string line = "bad URL '";
  for (const char c : text.substr(0, kShownBytesMax)) {
    append_escaped(line, c);
  }
  line += text.size() > kShownBytesMax ? "...', byte " : "', byte ";
  line += std::to_string(fault_at + 1);
  if (fault_at < text.size()) {
    line += " ('";
    append_escaped(line, text[fault_at]);
    line += "')";
  }
  return line + ": " + error.message();
}

}  // namespace halo::http
