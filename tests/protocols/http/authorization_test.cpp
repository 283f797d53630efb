#include "protocols/http/authorization.hpp"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "protocols/http/http_error.hpp"

namespace halo::http {
namespace {

using namespace std::string_view_literals;

TEST(Authorization, Base64IsThatOfTheRfcsExamples) {
  const struct {
    std::string_view bytes;
    const char* text;
  } cases[] = {
      {"", ""},
      {"f", "Zg=="},
      {"fo", "Zm8="},
      {"foo", "Zm9v"},
      {"foob", "Zm9vYg=="},
      {"fooba", "Zm9vYmE="},
      {"foobar", "Zm9vYmFy"},
      {"\0\0\0"sv, "AAAA"},
      {"\xff\xff\xff", "////"},
      {"\xfb\xef\xbe", "++++"},
      {"\0"sv, "AA=="},
  };
  for (const auto& one : cases) {
    EXPECT_EQ(base64(one.bytes), one.text);
  }
}

TEST(Authorization, BasicIsUserColonPassword) {
  EXPECT_EQ(basic_authorization("Aladdin", "open sesame").value(),
            "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
  EXPECT_EQ(basic_authorization("test", "123\xc2\xa3").value(), "Basic dGVzdDoxMjPCow==");
  EXPECT_EQ(basic_authorization("", "").value(), "Basic Og==");
  EXPECT_EQ(basic_authorization("a", "b:c").value(), "Basic YTpiOmM=");
}

TEST(Authorization, BasicRefusesWhatNoServerCouldTellApart) {
  const struct {
    std::string_view user;
    std::string_view password;
  } cases[] = {{"a:b", "c"}, {"a\n", "b"}, {"a", "b\r"}, {"a\0"sv, "b"}, {"a", "\x7f"}};
  for (const auto& one : cases) {
    EXPECT_EQ(basic_authorization(one.user, one.password).error(), HttpErrc::kBadCredentials);
  }
}

TEST(Authorization, BearerIsATokenAsItIs) {
  for (const std::string_view token : {"a", "mF_9.B5f-4.1JqM", "a~b+c/d==", "-"}) {
    EXPECT_EQ(bearer_authorization(token).value(), "Bearer " + std::string(token));
  }
  for (const std::string_view token :
       {""sv, "="sv, "=="sv, "a b"sv, "a\r\nX: y"sv, "a=b"sv, "\0"sv, "a,b"sv, "\xc3\xa9"sv}) {
    EXPECT_EQ(bearer_authorization(token).error(), HttpErrc::kBadCredentials) << token;
  }
}

}  // namespace
}  // namespace halo::http
