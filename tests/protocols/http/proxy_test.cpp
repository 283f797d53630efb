#include "protocols/http/proxy.hpp"

#include <map>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "protocols/http/http_error.hpp"

namespace halo::http {
namespace {

Url url_of(std::string_view text) { return Url::parse(text).value(); }

ProxySettings settings_from(const std::map<std::string, std::string>& variables) {
  return proxy_settings([&variables](const char* name) -> const char* {
    const auto found = variables.find(name);
    return found == variables.end() ? nullptr : found->second.c_str();
  });
}

TEST(Proxy, IsAHostAndAPort) {
  const struct {
    const char* text;
    Proxy proxy;
  } cases[] = {
      {"proxy", {"proxy", 1080, ""}},
      {"proxy:3128", {"proxy", 3128, ""}},
      {"http://Proxy.Example:80/", {"proxy.example", 80, ""}},
      {"http://proxy:/", {"proxy", 1080, ""}},
      {"http://proxy", {"proxy", 1080, ""}},
      {"[::1]:3128", {"[::1]", 3128, ""}},
      {"http://[::1]", {"[::1]", 1080, ""}},
      {"user:p%40ss@proxy:8080", {"proxy", 8080, "Basic dXNlcjpwQHNz"}},
      {"http://user:pass@proxy", {"proxy", 1080, "Basic dXNlcjpwYXNz"}},
      {"127.0.0.1:1", {"127.0.0.1", 1, ""}},
  };
  for (const auto& one : cases) {
    const Result<Proxy> proxy = parse_proxy(one.text);
    ASSERT_TRUE(proxy) << one.text;
    EXPECT_EQ(*proxy, one.proxy) << one.text << ' ' << proxy->authorization << ' ' << proxy->port;
  }
}

TEST(Proxy, IsNothingElse) {
  for (const char* text : {"", "https://proxy", "socks5://proxy", "proxy:x", "http://proxy/x",
                           "http://proxy/?x", "http://proxy/#x", "http://", "a b", "proxy:99999",
                           "http://a%3Ab:c@proxy", "a\r\nb", ":3128"}) {
    EXPECT_EQ(parse_proxy(text).error(), HttpErrc::kBadProxy) << text;
  }
}

TEST(Proxy, TheEnvironmentIsReadAsCurlReadsIt) {
  const struct {
    std::map<std::string, std::string> variables;
    ProxySettings settings;
  } cases[] = {
      {{}, {}},
      {{{"http_proxy", "a"}}, {"a", "", ""}},
      {{{"HTTP_PROXY", "a"}}, {}},  // httpoxy
      {{{"https_proxy", "a"}}, {"", "a", ""}},
      {{{"HTTPS_PROXY", "a"}}, {"", "a", ""}},
      {{{"https_proxy", "a"}, {"HTTPS_PROXY", "b"}}, {"", "a", ""}},
      {{{"all_proxy", "a"}}, {"a", "a", ""}},
      {{{"ALL_PROXY", "a"}}, {"a", "a", ""}},
      {{{"all_proxy", "a"}, {"ALL_PROXY", "b"}}, {"a", "a", ""}},
      {{{"all_proxy", "a"}, {"http_proxy", "b"}, {"HTTPS_PROXY", "c"}}, {"b", "c", ""}},
      {{{"http_proxy", ""}, {"all_proxy", "a"}}, {"a", "a", ""}},
      {{{"no_proxy", "a"}, {"NO_PROXY", "b"}}, {"", "", "a"}},
      {{{"NO_PROXY", "b"}}, {"", "", "b"}},
  };
  for (const auto& one : cases) {
    EXPECT_EQ(settings_from(one.variables), one.settings);
  }
}

TEST(Proxy, IsChosenByTheScheme) {
  const ProxySettings settings{"a:1", "b:2", "direct"};
  EXPECT_EQ(choose_proxy(url_of("http://x/"), settings).value(), (Proxy{"a", 1, ""}));
  EXPECT_EQ(choose_proxy(url_of("https://x/"), settings).value(), (Proxy{"b", 2, ""}));
  EXPECT_EQ(choose_proxy(url_of("http://direct/"), settings).value(), std::nullopt);
  EXPECT_EQ(choose_proxy(url_of("http://x/"), {}).value(), std::nullopt);
  EXPECT_EQ(choose_proxy(url_of("http://x/"), {"socks5://a", "", ""}).error(), HttpErrc::kBadProxy);
  EXPECT_EQ(choose_proxy(url_of("http://x/"), {"socks5://a", "", "x"}).value(), std::nullopt);
}

TEST(NoProxy, NamesHosts) {
  const struct {
    const char* no_proxy;
    const char* url;
    bool bypassed;
  } cases[] = {
      {"", "http://a/", false},
      {"*", "http://a/", true},
      {" * ", "http://a/", true},
      {"*,b", "http://a/", false},
      {"*.org", "http://example.org/", false},
      {"example.org", "http://example.org/", true},
      {"EXAMPLE.org", "http://Example.ORG/", true},
      {"example.org", "http://www.example.org/", true},
      {".example.org", "http://www.example.org/", true},
      {".example.org", "http://example.org/", true},
      {"example.org.", "http://example.org/", true},
      {"example.org", "http://example.org./", true},
      {"example.org", "http://badexample.org/", false},
      {"example.org", "http://example.org.evil/", false},
      {"www.example.org", "http://example.org/", false},
      {"org", "http://example.org/", true},
      {".", "http://example.org/", false},
      {",", "http://example.org/", false},
      {"a,b", "http://b/", true},
      {"a b", "http://b/", true},
      {"a,\t b ,c", "http://b/", true},
      {"a,b", "http://c/", false},
      {"b:80", "http://b/", true},
      {"b:80", "http://b:81/", false},
      {"b:443", "https://b/", true},
      {"b:x", "http://b/", false},
      {"b:", "http://b/", false},
      {":80", "http://b/", false},
      {"127.0.0.1", "http://127.0.0.1/", true},
      {"0.0.1", "http://127.0.0.1/", false},
      {"127.0.0.1:81", "http://127.0.0.1:81/", true},
      {"127.0.0.1:81", "http://127.0.0.1:82/", false},
      {"127.0.0.1", "http://1.127.0.0.1.example/", false},
      {"10.0.0.0/8", "http://10.255.1.2/", true},
      {"10.0.0.0/8", "http://11.0.0.0/", false},
      {"10.1.2.3/9", "http://10.127.0.1/", true},
      {"10.1.2.3/9", "http://10.128.0.1/", false},
      {"10.0.0.0/0", "http://11.1.1.1/", true},
      {"10.0.0.1/32", "http://10.0.0.1/", true},
      {"10.0.0.1/32", "http://10.0.0.0/", false},
      {"10.0.0.0/33", "http://10.0.0.0/", false},
      {"10.0.0.0/-1", "http://10.0.0.0/", false},
      {"10.0.0.0/", "http://10.0.0.0/", false},
      {"10.0.0.0/8x", "http://10.0.0.0/", false},
      {"10/8", "http://10.0.0.0/", false},
      {"10.0.0.0/8:81", "http://10.1.1.1:81/", true},
      {"10.0.0.0/8:81", "http://10.1.1.1/", false},
      {"::1", "http://[::1]/", true},
      {"[::1]", "http://[0::1]/", true},
      {"[::1]:81", "http://[::1]:81/", true},
      {"[::1]:81", "http://[::1]/", false},
      {"fe80::/10", "http://[febf::1]/", true},
      {"fe80::/10", "http://[fec0::1]/", false},
      {"[fe80::]/10", "http://[fe80::1]/", true},
      {"::/0", "http://127.0.0.1/", false},
      {"0.0.0.0/0", "http://[::1]/", false},
      {"0.0.0.0/0", "http://example.org/", false},
      {"::/129", "http://[::1]/", false},
  };
  for (const auto& one : cases) {
    EXPECT_EQ(bypasses_proxy(url_of(one.url), one.no_proxy), one.bypassed)
        << one.no_proxy << ' ' << one.url;
  }
}

}  // namespace
}  // namespace halo::http
