#include "protocols/http/redirect_policy.hpp"

#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "protocols/http/http_error.hpp"

namespace halo::http {
namespace {

using namespace std::string_literals;
using Framing = BodyForm::Framing;

Request get(std::string_view url) { return {"GET", Url::parse(url).value()}; }

Headers location(std::string_view value) {
  Headers headers;
  EXPECT_TRUE(headers.add_parsed("Location", value));
  return headers;
}

Request followed(const Request& request, unsigned status, std::string_view to,
                 const RedirectPolicy& policy = {}) {
  Result<std::optional<Request>> next = policy.next(request, status, location(to), 0);
  EXPECT_TRUE(next) << to << ": " << next.error().message();
  EXPECT_TRUE(next.value().has_value()) << status << ' ' << to;
  return **std::move(next);
}

std::error_code refusal(const Request& request, std::string_view to,
                        const RedirectPolicy& policy = {}) {
  return policy.next(request, 302, location(to), 0).error();
}

TEST(RedirectPolicy, MethodAndBodyGoOnAsTheStatusSays) {
  const struct {
    unsigned status;
    const char* method;
    const char* next_method;
    bool keeps_body;
  } cases[] = {
      {301, "GET", "GET", true},       {301, "POST", "GET", false}, {301, "PUT", "PUT", true},
      {301, "HEAD", "HEAD", true},     {302, "GET", "GET", true},   {302, "POST", "GET", false},
      {302, "DELETE", "DELETE", true}, {303, "GET", "GET", false},  {303, "POST", "GET", false},
      {303, "PUT", "GET", false},      {303, "HEAD", "HEAD", true}, {307, "POST", "POST", true},
      {307, "PUT", "PUT", true},       {307, "GET", "GET", true},   {308, "POST", "POST", true},
      {308, "PATCH", "PATCH", true},
  };
  for (const auto& one : cases) {
    Request request = get("http://a/b");
    request.method = one.method;
    request.body = {Framing::kLength, 5};
    ASSERT_FALSE(request.headers.add("Content-Type", "text/plain"));
    ASSERT_FALSE(request.headers.add("Accept", "*/*"));
    const Request next = followed(request, one.status, "/c");
    EXPECT_EQ(next.url.to_string(), "http://a/c");
    EXPECT_EQ(next.method, one.next_method) << one.status << ' ' << one.method;
    EXPECT_EQ(next.body, one.keeps_body ? request.body : BodyForm()) << one.status << one.method;
    EXPECT_EQ(next.headers.has("Content-Type"), one.keeps_body) << one.status << one.method;
    EXPECT_TRUE(next.headers.has("Accept"));
  }
}

TEST(RedirectPolicy, WhatIsNoRedirectIsDelivered) {
  const RedirectPolicy policy;
  for (const unsigned status : {200U, 201U, 204U, 300U, 304U, 305U, 306U, 309U, 400U, 503U}) {
    EXPECT_EQ(policy.next(get("http://a/"), status, location("/x"), 0).value(), std::nullopt)
        << status;
  }
  EXPECT_EQ(policy.next(get("http://a/"), 302, {}, 0).value(), std::nullopt);
}

TEST(RedirectPolicy, NoneAreFollowedWhereNoneAreWanted) {
  const RedirectPolicy policy{.follow = false};
  EXPECT_EQ(policy.next(get("http://a/"), 302, location("ftp://x"), 99).value(), std::nullopt);
}

TEST(RedirectPolicy, AChainHasAnEnd) {
  const RedirectPolicy policy;
  EXPECT_TRUE(policy.next(get("http://a/"), 302, location("/"), 19).value());
  EXPECT_EQ(policy.next(get("http://a/"), 302, location("/"), 20).error(),
            HttpErrc::kTooManyRedirects);
  EXPECT_EQ(
      RedirectPolicy{.redirects_max = 0}.next(get("http://a/"), 302, location("/"), 0).error(),
      HttpErrc::kTooManyRedirects);
}

TEST(RedirectPolicy, ALocationIsReadAsBrowsersReadIt) {
  const struct {
    const char* location;
    const char* target;
  } cases[] = {
      {"../x?y", "http://a/x?y"},         {"//b/x", "http://b/x"},
      {"?q", "http://a/b/c?q#f"},         {"/x y", "http://a/x%20y#f"},
      {"/\xc3\xbc", "http://a/%C3%BC#f"}, {"/100%", "http://a/100%25#f"},
      {"/x#g", "http://a/x#g"},           {"/x#", "http://a/x#"},
      {"https://a/x", "https://a/x#f"},   {"#g", "http://a/b/c#g"},
  };
  for (const auto& one : cases) {
    std::string target = one.target;
    if (target.find('#') == std::string::npos) {
      target += "#f";
    }
    EXPECT_EQ(followed(get("http://a/b/c#f"), 302, one.location).url.to_string(), target);
  }
}

TEST(RedirectPolicy, ALocationThatIsNoUrlIsAnError) {
  for (const std::string& to :
       {""s, "http://"s, "http:///x"s, "/x\r\nX: y"s, "/\0"s, "/x\ty"s, "\\\\b\\x"s,
        "http://a%2fb/"s, "http://a b/"s, "//[::1"s, "http://127.1/"s, "http://b\xc3\xbc/"s}) {
    EXPECT_EQ(refusal(get("http://a/"), to), HttpErrc::kBadLocation) << to;
  }
}

TEST(RedirectPolicy, SeveralLocationsAreOneOnlyWhereTheyAgree) {
  Headers headers = location("/x");
  ASSERT_FALSE(headers.add("location", "/x"));
  EXPECT_TRUE(RedirectPolicy().next(get("http://a/"), 302, headers, 0).value());
  ASSERT_FALSE(headers.add("LOCATION", "/y"));
  EXPECT_EQ(RedirectPolicy().next(get("http://a/"), 302, headers, 0).error(),
            HttpErrc::kBadLocation);
}

TEST(RedirectPolicy, OnlyToHttpAndHttps) {
  for (const char* to : {"ftp://b/", "file:///etc/passwd", "gopher://b/", "data:,x", "javascript:x",
                         "mailto:a@b", "httpx://b/"}) {
    EXPECT_EQ(refusal(get("http://a/"), to), HttpErrc::kRedirectScheme) << to;
  }
}

TEST(RedirectPolicy, FromHttpsToHttpOnlyWhenAskedFor) {
  EXPECT_EQ(refusal(get("https://a/"), "http://a/"), HttpErrc::kRedirectDowngrade);
  const Request next = followed(get("https://a/"), 302, "http://a/x", {.https_to_http = true});
  EXPECT_EQ(next.url.to_string(), "http://a/x");
  EXPECT_EQ(followed(get("http://a/"), 302, "https://a/").url.to_string(), "https://a/");
  EXPECT_EQ(followed(get("https://a/"), 302, "//b/").url.to_string(), "https://b/");
}

TEST(RedirectPolicy, ABodyThatCannotBeReadTwiceEndsTheChain) {
  Request request = get("http://a/");
  request.method = "POST";
  request.body = {Framing::kChunked, 0, false};
  const auto next = [&](unsigned status) {
    return RedirectPolicy().next(request, status, location("/x"), 0);
  };
  EXPECT_EQ(next(307).error(), HttpErrc::kBodyNotReplayable);
  EXPECT_EQ(next(308).error(), HttpErrc::kBodyNotReplayable);
  EXPECT_EQ(next(302).value()->method, "GET");
  request.body = {Framing::kNone, 0, false};
  EXPECT_EQ(next(307).value()->method, "POST");
}

TEST(RedirectPolicy, SecretsStayWithTheOriginTheyWereMeantFor) {
  Request request = get("http://user:secret@a/");
  for (const char* name :
       {"Authorization", "authorization", "Cookie", "COOKIE", "Proxy-Authorization", "Host"}) {
    ASSERT_FALSE(request.headers.add(name, "secret"));
  }
  ASSERT_FALSE(request.headers.add("Accept", "*/*"));
  for (const char* to :
       {"https://a/", "http://a:81/", "http://b/", "http://a.b/", "//A./", "http://a.:80/"}) {
    const Request next = followed(request, 307, to);
    EXPECT_FALSE(next.url.has_userinfo()) << to;
    EXPECT_EQ(next.headers.size(), 1U) << to;
    EXPECT_EQ(next.headers.get("Accept"), "*/*") << to;
  }
}

TEST(RedirectPolicy, WithinAnOriginNothingIsDropped) {
  Request request = get("http://user:secret@a/");
  ASSERT_FALSE(request.headers.add("Authorization", "secret"));
  ASSERT_FALSE(request.headers.add("Cookie", "secret"));
  for (const char* to : {"/x", "http://A:80/x", "//a/x", "x"}) {
    const Request next = followed(request, 302, to);
    EXPECT_EQ(next.url.to_string(), "http://user:secret@a/x") << to;
    EXPECT_EQ(next.headers, request.headers) << to;
  }
  EXPECT_EQ(followed(request, 302, "http://other@a/x").url.to_string(), "http://other@a/x");
}

TEST(RedirectPolicy, ARefererTellsNoSecrets) {
  const RedirectPolicy policy{.https_to_http = true, .send_referer = true};
  Request request = get("https://user:secret@a/x?y#z");
  ASSERT_FALSE(request.headers.add("Referer", "https://before/"));
  EXPECT_EQ(followed(request, 302, "https://b/", policy).headers.get_all("Referer"),
            std::vector<std::string_view>{"https://a/x?y"});
  EXPECT_FALSE(followed(request, 302, "http://b/", policy).headers.has("Referer"));
  EXPECT_EQ(followed(request, 302, "https://b/").headers.get("Referer"), "https://before/");
}

}  // namespace
}  // namespace halo::http
