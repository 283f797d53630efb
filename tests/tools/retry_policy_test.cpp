#include "tools/httpget/retry_policy.hpp"

#include <chrono>
#include <optional>

#include <gtest/gtest.h>

namespace halo::httpget {
namespace {

using namespace std::chrono_literals;

TEST(RetryPolicy, TriesAgainWhatMayGoWellLater) {
  for (const ExitCode code : {ExitCode::kResolveHost, ExitCode::kConnect, ExitCode::kPartial,
                              ExitCode::kTimeout, ExitCode::kEmptyReply, ExitCode::kReceive}) {
    EXPECT_TRUE(is_worth_a_retry("GET", code, true)) << word_for(code);
  }
  for (const ExitCode code :
       {ExitCode::kCertificate, ExitCode::kWrite, ExitCode::kRedirects, ExitCode::kWeirdReply,
        ExitCode::kHttpError, ExitCode::kTooLarge, ExitCode::kMalformedUrl}) {
    EXPECT_FALSE(is_worth_a_retry("GET", code, false)) << word_for(code);
  }
}

TEST(RetryPolicy, SendsNothingTwiceThatMayHaveBeenDone) {
  EXPECT_FALSE(is_worth_a_retry("POST", ExitCode::kEmptyReply, true));
  EXPECT_TRUE(is_worth_a_retry("POST", ExitCode::kConnect, false));
  EXPECT_TRUE(is_worth_a_retry("PUT", ExitCode::kEmptyReply, true));
  EXPECT_FALSE(is_worth_a_retry("PATCH", ExitCode::kTimeout, true));
}

TEST(RetryPolicy, KnowsTheStatusesThatPass) {
  for (const int status : {408, 429, 500, 502, 503, 504}) {
    EXPECT_TRUE(is_worth_a_retry("GET", status)) << status;
    EXPECT_EQ(is_worth_a_retry("POST", status), status == 408 || status == 429 || status == 503)
        << status;
  }
  for (const int status : {200, 206, 301, 400, 404, 416, 501, 505}) {
    EXPECT_FALSE(is_worth_a_retry("GET", status)) << status;
  }
}

TEST(RetryDelay, DoublesUpToAMinute) {
  EXPECT_EQ(retry_delay(0, std::nullopt, 0), 1s);
  EXPECT_EQ(retry_delay(1, std::nullopt, 0), 2s);
  EXPECT_EQ(retry_delay(5, std::nullopt, 0), 32s);
  EXPECT_EQ(retry_delay(6, std::nullopt, 0), 60s);
  EXPECT_EQ(retry_delay(1000, std::nullopt, 0), 60s);
}

TEST(RetryDelay, IsSpreadByAQuarter) {
  EXPECT_EQ(retry_delay(0, std::nullopt, 0.5), 1125ms);
  EXPECT_EQ(retry_delay(0, std::nullopt, 1), 1250ms);
}

TEST(RetryDelay, HonoursTheServersWordWithinReason) {
  EXPECT_EQ(retry_delay(3, 0s, 1), 0s);
  EXPECT_EQ(retry_delay(0, 90s, 1), 90s);
  EXPECT_EQ(retry_delay(0, kRetryAfterMax, 1), kRetryAfterMax);
  EXPECT_EQ(retry_delay(0, kRetryAfterMax + 1s, 1), std::nullopt);
}

}  // namespace
}  // namespace halo::httpget
