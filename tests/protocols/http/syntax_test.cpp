#include "protocols/http/syntax.hpp"

#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace halo::http {
namespace {

using namespace std::string_view_literals;

TEST(HttpSyntax, TokenBytesAreThoseOfTheRfcAndNoOthers) {
  constexpr std::string_view kTokenBytes =
      "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  for (int byte = 0; byte < 256; ++byte) {
    const char c = static_cast<char>(byte);
    const bool expected = kTokenBytes.find(c) != std::string_view::npos;
    EXPECT_EQ(is_token(std::string(1, c)), expected) << byte;
    EXPECT_EQ(is_token(std::string("a") + c + "b"), expected) << byte;
  }
  EXPECT_FALSE(is_token(""));
}

TEST(HttpSyntax, ValueBytesAreAllButControls) {
  for (int byte = 0; byte < 256; ++byte) {
    const bool control = (byte < 0x20 && byte != '\t') || byte == 0x7f;
    EXPECT_EQ(is_header_value(std::string("a") + static_cast<char>(byte) + "b"), !control) << byte;
  }
}

TEST(HttpSyntax, ValueHasNoBlankAtItsEnds) {
  EXPECT_TRUE(is_header_value(""));
  EXPECT_TRUE(is_header_value("a \t b"));
  for (const std::string_view value : {" ", "\t", " a", "a ", "\ta", "a\t", " a "}) {
    EXPECT_FALSE(is_header_value(value)) << '"' << value << '"';
  }
}

TEST(HttpSyntax, CaseIsThatOfAsciiLettersOnly) {
  EXPECT_TRUE(equal_ignoring_case("Content-TYPE", "content-type"));
  EXPECT_TRUE(equal_ignoring_case("", ""));
  EXPECT_FALSE(equal_ignoring_case("a", "ab"));
  EXPECT_FALSE(equal_ignoring_case("@", "`"));  // they differ by the same bit as letters do
  EXPECT_FALSE(equal_ignoring_case("[", "{"));
  EXPECT_FALSE(equal_ignoring_case("\xc3\x89", "\xc3\xa9"));
}

TEST(HttpSyntax, ListElementsComeOneByOneWithoutTheirBlanks) {
  const struct {
    std::string_view list;
    std::vector<std::string_view> elements;
  } cases[] = {
      {"", {}},
      {" ", {}},
      {",", {}},
      {" , ,\t,", {}},
      {"a", {"a"}},
      {" a ", {"a"}},
      {"a,b", {"a", "b"}},
      {" a b ,, \tc\t,", {"a b", "c"}},
      {R"("a,b",c)", {R"("a,b")", "c"}},
      {R"("a\",b",c)", {R"("a\",b")", "c"}},
      {R"("a,b)", {R"("a,b)"}},
      {R"("a\)", {R"("a\)"}},
  };
  for (const auto& one : cases) {
    std::vector<std::string_view> elements;
    std::string_view rest = one.list;
    for (auto element = take_list_element(rest); !element.empty();
         element = take_list_element(rest)) {
      elements.push_back(element);
    }
    EXPECT_EQ(elements, one.elements) << one.list;
    EXPECT_EQ(rest, "") << one.list;
  }
}

TEST(HttpSyntax, AListHasATokenOnlyAsAWholeElement) {
  EXPECT_TRUE(value_has_token("close", "close"));
  EXPECT_TRUE(value_has_token("Keep-Alive, CLOSE", "close"));
  EXPECT_TRUE(value_has_token(",\tclose ,", "close"));
  for (const std::string_view value :
       {"", "closed", "enclose", "clo se", "close;q=1", "\"close\"", "x close", "close x"}) {
    EXPECT_FALSE(value_has_token(value, "close")) << value;
  }
}

TEST(HttpSyntax, HexDigitsHaveTheirValues) {
  std::string digits;
  for (int byte = 0; byte < 256; ++byte) {
    const char c = static_cast<char>(byte);
    if (hex_value(c) >= 0) {
      digits += c;
      EXPECT_EQ(hex_value(c), std::stoi(std::string(1, c), nullptr, 16)) << c;
    }
  }
  EXPECT_EQ(digits, "0123456789ABCDEFabcdef");
}

}  // namespace
}  // namespace halo::http
