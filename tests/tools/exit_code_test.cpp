#include "tools/httpget/exit_code.hpp"

#include <set>
#include <string>
#include <system_error>

#include <gtest/gtest.h>

#include "protocols/http/http_error.hpp"
#include "reactor/error.hpp"

namespace halo::httpget {
namespace {

using http::HttpErrc;

int code(std::error_code why, Stage stage = Stage::kReceive) {
  return static_cast<int>(exit_code_for(why, stage));
}
int code(HttpErrc why) { return code(make_error_code(why)); }

TEST(ExitCode, IsCurlsForWhatHttpCanReport) {
  EXPECT_EQ(code(HttpErrc::kUrlUnknownScheme), 1);
  EXPECT_EQ(code(HttpErrc::kNoTls), 1);
  EXPECT_EQ(code(HttpErrc::kUrlBadPort), 3);
  EXPECT_EQ(code(HttpErrc::kBadProxy), 3);
  EXPECT_EQ(code(HttpErrc::kBadHead), 8);
  EXPECT_EQ(code(HttpErrc::kLengthAndChunked), 8);
  EXPECT_EQ(code(HttpErrc::kUnexpectedUpgrade), 8);
  EXPECT_EQ(code(HttpErrc::kBodyTruncated), 18);
  EXPECT_EQ(code(HttpErrc::kCodingTruncated), 18);
  EXPECT_EQ(code(HttpErrc::kBadContentRange), 33);
  EXPECT_EQ(code(HttpErrc::kTooManyRedirects), 47);
  EXPECT_EQ(code(HttpErrc::kRedirectDowngrade), 47);
  EXPECT_EQ(code(HttpErrc::kEmptyReply), 52);
  EXPECT_EQ(code(HttpErrc::kHeadTruncated), 56);
  EXPECT_EQ(code(HttpErrc::kBadChunk), 56);
  EXPECT_EQ(code(HttpErrc::kBadCoding), 61);
  EXPECT_EQ(code(HttpErrc::kHeadTooLarge), 63);
  EXPECT_EQ(code(HttpErrc::kDecodedTooDense), 63);
  EXPECT_EQ(code(HttpErrc::kBodyNotReplayable), 47);
}

TEST(ExitCode, DependsOnTheStageForTheSystemsErrors) {
  const std::error_code reset = std::make_error_code(std::errc::connection_reset);
  EXPECT_EQ(code(reset, Stage::kResolve), 6);
  EXPECT_EQ(code(reset, Stage::kResolveProxy), 5);
  EXPECT_EQ(code(reset, Stage::kConnect), 7);
  EXPECT_EQ(code(reset, Stage::kTls), 35);
  EXPECT_EQ(code(reset, Stage::kSend), 55);
  EXPECT_EQ(code(reset, Stage::kReceive), 56);
  EXPECT_EQ(code(reset, Stage::kSave), 23);
}

TEST(ExitCode, BlamesTheUserForWhatWasNeverSent) {
  EXPECT_EQ(code(make_error_code(HttpErrc::kBadHeaderValue), Stage::kPrepare), 2);
  EXPECT_EQ(code(make_error_code(HttpErrc::kBadHeaderValue), Stage::kReceive), 8);
}

TEST(ExitCode, IsOneForEveryTimeout) {
  for (const Stage stage : {Stage::kResolve, Stage::kConnect, Stage::kTls, Stage::kReceive}) {
    EXPECT_EQ(code(make_error_code(Errc::kConnectTimeout), stage), 28);
    EXPECT_EQ(code(make_error_code(Errc::kIdleTimeout), stage), 28);
    EXPECT_EQ(code(std::make_error_code(std::errc::timed_out), stage), 28);
  }
}

TEST(ExitCode, IsZeroWithoutAnError) { EXPECT_EQ(code(std::error_code()), 0); }

TEST(ExitCode, EveryHttpErrorHasOneWithAWord) {
  for (int value = 1; value <= static_cast<int>(HttpErrc::kProxyRefused); ++value) {
    const ExitCode code =
        exit_code_for(std::error_code(value, http::http_category()), Stage::kReceive);
    EXPECT_NE(code, ExitCode::kSuccess) << value;
    EXPECT_NE(word_for(code), "unknown") << value;
  }
}

}  // namespace
}  // namespace halo::httpget
