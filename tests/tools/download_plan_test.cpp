#include "tools/httpget/download_plan.hpp"

#include <string>
#include <variant>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace halo::httpget {
namespace {

using testing::HasSubstr;

std::vector<Download> plan(const Options& options) {
  const auto planned = plan_downloads(options);
  const Failure* const failure = std::get_if<Failure>(&planned);
  EXPECT_EQ(failure, nullptr) << failure->why;
  return failure == nullptr ? std::get<std::vector<Download>>(planned) : std::vector<Download>{};
}

Failure refusal(const Options& options) {
  const auto planned = plan_downloads(options);
  EXPECT_TRUE(std::holds_alternative<Failure>(planned));
  return std::holds_alternative<Failure>(planned) ? std::get<Failure>(planned) : Failure{};
}

Options with_urls(std::vector<std::string> urls) {
  Options options;
  options.urls = std::move(urls);
  return options;
}

TEST(DownloadPlan, NamesFilesAfterUrlsAndPrintsHeads) {
  const auto downloads = plan(with_urls({"http://a/", "b:81/x/page.html?q"}));
  ASSERT_EQ(downloads.size(), 2U);
  EXPECT_EQ(downloads[0].output, "index.html");
  EXPECT_EQ(downloads[1].output, "page.html");
  EXPECT_EQ(downloads[1].url.to_string(), "http://b:81/x/page.html?q");
  EXPECT_TRUE(downloads[0].prints_head && downloads[1].prints_head);
}

TEST(DownloadPlan, GivesTheNthOutputToTheNthUrl) {
  Options options = with_urls({"http://a/1", "http://a/2", "http://a/3"});
  options.outputs = {"x", "-"};
  const auto downloads = plan(options);
  EXPECT_EQ(downloads[0].output, "x");
  EXPECT_EQ(downloads[1].output, "-");
  EXPECT_EQ(downloads[2].output, "3");
  EXPECT_FALSE(downloads[0].prints_head || downloads[1].prints_head);
  EXPECT_TRUE(downloads[2].prints_head);
}

TEST(DownloadPlan, FollowsTheNaming) {
  Options options = with_urls({"http://a/x"});
  options.naming = Naming::kSilent;
  EXPECT_EQ(plan(options)[0].output, "x");
  EXPECT_FALSE(plan(options)[0].prints_head);
  options.naming = Naming::kStdout;
  EXPECT_EQ(plan(options)[0].output, "-");
  options.naming = Naming::kNowhere;
  EXPECT_EQ(plan(options)[0].output, std::nullopt);
  EXPECT_TRUE(plan(options)[0].prints_head);
}

TEST(DownloadPlan, PrintsNoHeadsWhereTheyWouldDisturb) {
  Options options = with_urls({"http://a/x"});
  options.silent = true;
  EXPECT_FALSE(plan(options)[0].prints_head);
  options.silent = false;
  options.json = true;
  EXPECT_FALSE(plan(options)[0].prints_head);
}

TEST(DownloadPlan, RefusesTwoBodiesForOneFile) {
  EXPECT_EQ(refusal(with_urls({"http://a/", "http://b/"})).code, ExitCode::kUsage);
  EXPECT_EQ(refusal(with_urls({"http://a/", "http://b/"})).why,
            "http://a/ and http://b/ would both be saved as 'index.html'");
  Options options = with_urls({"http://a/1", "http://a/2"});
  options.outputs = {"./2"};
  EXPECT_THAT(refusal(options).why, HasSubstr("would both be saved as '2'"));
  options.outputs = {"/dev/null", "/dev/null"};
  EXPECT_EQ(plan(options).size(), 2U);
}

TEST(DownloadPlan, RefusesToMixBodiesOnStandardOutput) {
  Options options = with_urls({"http://a/1", "http://a/2"});
  options.outputs = {"-", "-"};
  EXPECT_EQ(plan(options).size(), 2U);
  options.parallel = 2;
  EXPECT_EQ(refusal(options).code, ExitCode::kUsage);
  options.outputs = {"-"};
  EXPECT_EQ(plan(options).size(), 2U);
}

TEST(DownloadPlan, RefusesWhatIsNoUrl) {
  EXPECT_EQ(refusal(with_urls({"http://a/", "http://"})).code, ExitCode::kMalformedUrl);
  EXPECT_EQ(refusal(with_urls({""})).code, ExitCode::kMalformedUrl);
  EXPECT_EQ(refusal(with_urls({"http://a/\nb"})).code, ExitCode::kMalformedUrl);
  EXPECT_EQ(refusal(with_urls({"ftp://a/"})).code, ExitCode::kUnsupportedProtocol);
  EXPECT_EQ(refusal(with_urls({"file:///etc/passwd"})).code, ExitCode::kUnsupportedProtocol);
  EXPECT_EQ(refusal(with_urls({"http://a/\nb"})).why.find('\n'), std::string::npos);
}

}  // namespace
}  // namespace halo::httpget
