#include "tools/httpget/fetch_record.hpp"

#include <chrono>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "protocols/http/http_error.hpp"

namespace halo::httpget {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

FetchRecord fetched() {
  FetchRecord record;
  record.url = "http://a/x";
  record.final_url = "http://b/y";
  record.method = "GET";
  record.status = 200;
  record.reason = "OK";
  record.version = "HTTP/1.1";
  EXPECT_EQ(record.headers.add("Content-Type", "text/html"), std::error_code());
  EXPECT_EQ(record.headers.add("Set-Cookie", "a=1"), std::error_code());
  EXPECT_EQ(record.headers.add("set-cookie", "b=2"), std::error_code());
  record.body_bytes = 1234;
  record.file = "x";
  record.attempts = 1;
  record.redirects = {{301, "http://b/y"}};
  record.times.resolve = 1500us;
  record.total = 2s;
  return record;
}

TEST(FetchRecord, IsOneLineThatTellsEverything) {
  const std::string line = to_json_line(fetched());
  EXPECT_EQ(line.find('\n'), line.size() - 1);
  const json parsed = json::parse(line);
  EXPECT_EQ(parsed, json::parse(R"({
    "format": 1, "url": "http://a/x", "final_url": "http://b/y", "method": "GET", "status": 200,
    "reason": "OK", "version": "HTTP/1.1",
    "headers": {"content-type": ["text/html"], "set-cookie": ["a=1", "b=2"]},
    "file": "x", "bytes": 1234, "resumed_bytes": 0, "remote": null, "attempts": 1,
    "redirects": [{"status": 301, "to": "http://b/y"}],
    "seconds": {"resolve": 0.0015, "connect": null, "tls": null, "first_byte": null, "total": 2.0},
    "error": null})"));
}

TEST(FetchRecord, TellsAFailure) {
  FetchRecord record;
  record.url = "http://a/";
  record.method = "GET";
  record.failure = describe_failure(make_error_code(http::HttpErrc::kBodyTruncated),
                                    Stage::kReceive, "3 of 10 bytes\n");
  const json parsed = json::parse(to_json_line(record));
  EXPECT_EQ(parsed["status"], nullptr);
  EXPECT_EQ(parsed["headers"], nullptr);
  EXPECT_EQ(parsed["file"], nullptr);
  EXPECT_EQ(parsed["error"]["code"], 18);
  EXPECT_EQ(parsed["error"]["kind"], "partial");
  EXPECT_EQ(parsed["error"]["message"], "3 of 10 bytes\\x0a");
  EXPECT_NE(parsed["error"]["fix"], nullptr);
}

TEST(FetchRecord, IsJsonWhateverTheServerSends) {
  FetchRecord record = fetched();
  record.reason = "\xff\"\\";
  ASSERT_TRUE(record.headers.add_parsed("X", "\x80 \t"));
  const json parsed = json::parse(to_json_line(record));
  EXPECT_EQ(parsed["reason"], "\xef\xbf\xbd\"\\");
}

TEST(DescribeFailure, SaysWhatToDo) {
  const auto fix = [](std::error_code error, Stage stage) {
    return describe_failure(error, stage).fix;
  };
  EXPECT_THAT(fix(std::make_error_code(std::errc::no_space_on_device), Stage::kSave),
              testing::HasSubstr("make room"));
  EXPECT_THAT(fix(std::make_error_code(std::errc::connection_refused), Stage::kConnect),
              testing::HasSubstr("start a server"));
  EXPECT_THAT(fix(make_error_code(http::HttpErrc::kNoTls), Stage::kConnect),
              testing::HasSubstr("OpenSSL"));
  EXPECT_THAT(describe_status(404, "Not\x1b Found").why,
              testing::StrEq("the server answered 404 Not\\x1b Found"));
}

}  // namespace
}  // namespace halo::httpget
