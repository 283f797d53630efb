#include "protocols/http/headers.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "protocols/http/http_error.hpp"
#include "protocols/http/syntax.hpp"
#include "tests/support/seed.hpp"

namespace halo::http {
namespace {

using namespace std::string_literals;

Headers headers_of(const std::vector<Header>& fields) {
  Headers headers;
  for (const Header& field : fields) {
    EXPECT_FALSE(headers.add(field.name, field.value)) << field.name;
  }
  return headers;
}

std::string text_of(const Headers& headers) {
  std::string text;
  for (const Header& field : headers) {
    text.append(field.name).append(":").append(field.value).append(";");
  }
  return text;
}

TEST(Headers, KeepOrderCaseAndDuplicates) {
  const Headers headers = headers_of({{"B", "1"}, {"a", "2"}, {"b", "3"}, {"C", ""}});
  EXPECT_EQ(text_of(headers), "B:1;a:2;b:3;C:;");
  EXPECT_EQ(headers.size(), 4U);
  EXPECT_EQ(headers[2], (Header{"b", "3"}));
}

TEST(Headers, AreFoundWhateverTheCase) {
  const Headers headers = headers_of({{"Set-Cookie", "a"}, {"X", "y"}, {"set-cookie", "b"}});
  EXPECT_EQ(headers.get("SET-COOKIE"), "a");
  EXPECT_EQ(headers.get_all("Set-cookie"), (std::vector<std::string_view>{"a", "b"}));
  EXPECT_EQ(headers.count("set-Cookie"), 2U);
  EXPECT_TRUE(headers.has("x"));
}

TEST(Headers, WhatIsNotThereIsNotFound) {
  const Headers headers = headers_of({{"Set-Cookie", "a"}});
  for (const std::string_view name : {"", "Set-Cooki", "Set-Cookies", "Cookie"}) {
    EXPECT_FALSE(headers.get(name)) << name;
    EXPECT_FALSE(headers.has(name)) << name;
    EXPECT_TRUE(headers.get_all(name).empty()) << name;
    EXPECT_EQ(headers.count(name), 0U) << name;
  }
}

TEST(Headers, AnEmptyValueIsAValue) { EXPECT_EQ(headers_of({{"A", ""}}).get("a"), ""); }

TEST(Headers, SetReplacesInPlaceAndTakesTheOthersOut) {
  Headers headers = headers_of({{"A", "1"}, {"B", "22"}, {"C", "3"}, {"b", "4"}, {"D", "5"}});
  EXPECT_FALSE(headers.set("B", "a longer value"));
  EXPECT_EQ(text_of(headers), "A:1;B:a longer value;C:3;D:5;");
  EXPECT_FALSE(headers.set("b", ""));
  EXPECT_EQ(text_of(headers), "A:1;B:;C:3;D:5;");
  EXPECT_FALSE(headers.set("E", "6"));
  EXPECT_EQ(text_of(headers), "A:1;B:;C:3;D:5;E:6;");
}

TEST(Headers, RemoveTakesAllOfThatNameOut) {
  Headers headers = headers_of({{"A", "1"}, {"B", "2"}, {"a", "3"}, {"C", "4"}, {"A", "5"}});
  EXPECT_EQ(headers.remove("a"), 3U);
  EXPECT_EQ(text_of(headers), "B:2;C:4;");
  EXPECT_EQ(headers.remove("a"), 0U);
  EXPECT_EQ(headers.remove("B") + headers.remove("C"), 2U);
  EXPECT_TRUE(headers.empty());
  EXPECT_EQ(headers.encoded_bytes(), 0U);
}

TEST(Headers, ClearedOnesCanBeFilledAgain) {
  Headers headers = headers_of({{"A", "1"}});
  headers.clear();
  EXPECT_TRUE(headers.empty());
  EXPECT_FALSE(headers.has("A"));
  EXPECT_FALSE(headers.add("B", "2"));
  EXPECT_EQ(text_of(headers), "B:2;");
}

TEST(Headers, OfAHeadThatWasReadChangeLikeOthers) {
  constexpr std::string_view kText = "HTTP/1.1 200 OK\r\nA: 1\r\nBc:22 \r\nA:  \r\nD: 4\r\n\r\n";
  const std::vector<FieldPlace> places = {
      {17, 1, 20, 1}, {23, 2, 26, 2}, {31, 1, 35, 0}, {37, 1, 40, 1}};
  const auto make = [&] {
    Headers headers;
    EXPECT_TRUE(headers.add_parsed("X", "y"));  // which all places lie behind
    EXPECT_TRUE(headers.add_parsed(kText, places));
    return headers;
  };
  Headers headers = make();
  EXPECT_EQ(text_of(headers), "X:y;A:1;Bc:22;A:;D:4;");
  EXPECT_EQ(headers.encoded_bytes(), "X: y\r\nA: 1\r\nBc: 22\r\nA: \r\nD: 4\r\n"s.size());
  EXPECT_EQ(headers, headers_of({{"X", "y"}, {"A", "1"}, {"Bc", "22"}, {"A", ""}, {"D", "4"}}));
  EXPECT_GE(headers.memory_bytes(), kText.size() + 5 * sizeof(FieldPlace));
  EXPECT_FALSE(headers.set("bc", "another value"));
  EXPECT_EQ(text_of(headers), "X:y;A:1;Bc:another value;A:;D:4;");
  EXPECT_FALSE(headers.set("a", headers[4].value));
  EXPECT_EQ(text_of(headers), "X:y;A:4;Bc:another value;D:4;");
  headers = make();
  EXPECT_EQ(headers.remove("A"), 2U);
  EXPECT_FALSE(headers.add("E", headers[1].value));
  EXPECT_EQ(text_of(headers), "X:y;Bc:22;D:4;E:22;");
}

TEST(Headers, TokensOfAListAreFoundInEveryField) {
  const Headers headers =
      headers_of({{"Connection", "keep-alive, Upgrade"}, {"X", "close"}, {"connection", "TE"}});
  EXPECT_TRUE(headers.has_token("connection", "upgrade"));
  EXPECT_TRUE(headers.has_token("Connection", "te"));
  EXPECT_FALSE(headers.has_token("Connection", "close"));
  EXPECT_FALSE(headers.has_token("Connections", "te"));
}

TEST(Headers, EncodedBytesAreThoseOfTheHead) {
  EXPECT_EQ(headers_of({{"A", "1"}, {"Bc", ""}}).encoded_bytes(), "A: 1\r\nBc: \r\n"s.size());
}

TEST(Headers, EqualMeansTheSameFieldsInTheSameOrder) {
  const Headers headers = headers_of({{"A", "1"}, {"B", "2"}});
  EXPECT_EQ(headers, headers_of({{"A", "1"}, {"B", "2"}}));
  EXPECT_NE(headers, headers_of({{"B", "2"}, {"A", "1"}}));
  EXPECT_NE(headers, headers_of({{"A", "1"}}));
  EXPECT_NE(headers, headers_of({{"A", "12"}, {"B", "2"}}));
  EXPECT_NE(headers_of({{"A", "BC"}}), headers_of({{"AB", "C"}}));
}

TEST(Headers, NoNameOrValueBecomesAnotherHeader) {
  const std::string names[] = {"",    " ",   "A ",    " A",      "A B",  "A:",       "A\r",
                               "A\n", "\0"s, "A\0B"s, "A\r\nB:", "\x7f", "\xc3\xa9", "A\t",
                               "(A)", "A/B", "\"A\"", "A,B",     "[A]",  "{A}"};
  for (const std::string& name : names) {
    Headers headers = headers_of({{"A", "1"}});
    EXPECT_EQ(headers.add(name, "x"), HttpErrc::kBadHeaderName) << name;
    EXPECT_EQ(headers.set(name, "x"), HttpErrc::kBadHeaderName) << name;
    EXPECT_EQ(text_of(headers), "A:1;");
  }
  const std::string values[] = {"\r", "\n",  "x\r\nB: y", "x\ny",   "x\ry", "\0"s,  "x\0"s, " x",
                                "x ", "\tx", "x\t",       "\x1b[m", "\x7f", "x\vy", "x\fy"};
  for (const std::string& value : values) {
    Headers headers = headers_of({{"A", "1"}});
    EXPECT_EQ(headers.add("B", value), HttpErrc::kBadHeaderValue) << value;
    EXPECT_EQ(headers.set("A", value), HttpErrc::kBadHeaderValue) << value;
    EXPECT_EQ(text_of(headers), "A:1;");
  }
}

TEST(Headers, ArgumentsMayBeViewsOfTheirOwn) {
  Headers shortest = headers_of({{"A", "bcd"}});  // its few bytes lie within the object as yet
  ASSERT_FALSE(shortest.add("A-Name-Of-Many-Bytes", shortest[0].value));
  EXPECT_EQ(text_of(shortest), "A:bcd;A-Name-Of-Many-Bytes:bcd;");

  Headers headers = headers_of({{"A", "first value"}, {"B", "second"}, {"a", "third"}});
  for (int i = 0; i < 100; ++i) {  // through several moves of the buffer
    ASSERT_FALSE(headers.add(headers[1].name, headers[0].value));
    ASSERT_EQ(headers[headers.size() - 1], (Header{"B", "first value"}));
  }
  ASSERT_FALSE(headers.set(headers[1].name, headers[2].value));
  EXPECT_EQ(text_of(headers), "A:first value;B:third;a:third;");
  ASSERT_FALSE(headers.set(headers[2].name, headers[1].value));
  EXPECT_EQ(text_of(headers), "A:third;B:third;");
  EXPECT_EQ(headers.remove(headers[0].name), 1U);
  EXPECT_EQ(text_of(headers), "B:third;");
}

// The same by a vector of strings, which needs no thought.
class Model {
 public:
  void add(const std::string& name, const std::string& value) { fields_.emplace_back(name, value); }

  void set(const std::string& name, const std::string& value) {
    bool found = false;
    std::erase_if(fields_, [&](auto& field) {
      if (!equal_ignoring_case(field.first, name)) {
        return false;
      }
      const bool drop = std::exchange(found, true);
      field.second = value;
      return drop;
    });
    if (!found) {
      add(name, value);
    }
  }

  void remove(const std::string& name) {
    std::erase_if(fields_,
                  [&](const auto& field) { return equal_ignoring_case(field.first, name); });
  }

  std::string text() const {
    std::string text;
    for (const auto& [name, value] : fields_) {
      text.append(name).append(":").append(value).append(";");
    }
    return text;
  }

 private:
  std::vector<std::pair<std::string, std::string>> fields_;
};

TEST(Headers, AnySequenceOfChangesGivesWhatAPlainListGives) {
  test::Random random(test::seed());
  for (int round = 0; round < 500; ++round) {
    Headers headers;
    Model model;
    for (int step = 0; step < 40; ++step) {
      std::string name(random.between(1, 3), 'a');
      name.front() = random.one_in(2) ? 'A' : 'b';
      const std::string value(random.below(20), static_cast<char>('0' + random.below(10)));
      switch (random.below(4)) {
        case 0:
          ASSERT_FALSE(headers.set(name, value));
          model.set(name, value);
          break;
        case 1:
          headers.remove(name);
          model.remove(name);
          break;
        default:
          ASSERT_FALSE(headers.add(name, value));
          model.add(name, value);
      }
      ASSERT_EQ(text_of(headers), model.text());
    }
  }
}

}  // namespace
}  // namespace halo::http
