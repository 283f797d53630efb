#include "tools/httpget/request_builder.hpp"

#include <string>
#include <system_error>
#include <utility>

#include "protocols/http/authorization.hpp"
#include "protocols/http/content_decoder.hpp"
#include "protocols/http/request_encoder.hpp"
#include "protocols/http/syntax.hpp"

namespace halo::httpget {
namespace {

bool is_users_own(const Options& options, std::string_view name) {
  for (const HeaderOption& header : options.headers) {
    if (http::equal_ignoring_case(header.name, name)) {
      return true;
    }
  }
  return false;
}

/// Adds a field of ours, unless it is empty or the user's affair.
[[nodiscard]] std::error_code add_own(const Options& options, http::Headers& headers,
                                      std::string_view name, std::string_view value) {
  return value.empty() || is_users_own(options, name) ? std::error_code()
                                                      : headers.add(name, value);
}

Result<std::string> authorization(const Options& options) {
  if (options.user.empty()) {
    return std::string();
  }
  const std::size_t colon = options.user.find(':');
  return http::basic_authorization(std::string_view(options.user).substr(0, colon),
                                   std::string_view(options.user).substr(colon + 1));
}

}  // namespace

Result<http::Request> build_request(const Options& options, const http::Url& url) {
  const Result<std::string> user = authorization(options);
  if (!user) {
    return user.error();
  }
  http::Request request{options.method, url, {}, {}};
  const std::pair<std::string_view, std::string> own[] = {
      {"User-Agent", options.user_agent},
      {"Accept", "*/*"},
      {"Accept-Encoding",
       options.compressed ? http::accept_encoding(http::available_codings()) : ""},
      {"Authorization", *user},
      {"Content-Type", options.body ? "application/x-www-form-urlencoded" : ""},
  };
  for (const auto& [name, value] : own) {
    if (const std::error_code error = add_own(options, request.headers, name, value)) {
      return error;
    }
  }
  for (const HeaderOption& header : options.headers) {
    if (!header.value) {
      continue;
    }
    if (const std::error_code error = request.headers.add(header.name, *header.value)) {
      return error;
    }
  }
  if (options.body) {
    request.body = {http::BodyForm::Framing::kLength, options.body->size(), true};
  }
  std::string head;
  if (const std::error_code error = http::append_request_head(head, request)) {
    return error;
  }
  return request;
}

}  // namespace halo::httpget
