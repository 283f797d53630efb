#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "bench/report/html_report.hpp"
#include "bench/report/sections.hpp"
#include "bench/verdict.hpp"
#include "tests/bench/report_results.hpp"

namespace halo::bench {
namespace {

using testing::Contains;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

constexpr std::size_t kBytesMax = 500'000;

std::string page_of(const Results& results) {
  return html_report(results, RunnerSettings{}, Machine{}, {"hello-bench", "--quick"});
}

std::size_t count(const std::string& text, std::string_view part) {
  std::size_t times = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
    ++times;
  }
  return times;
}

TEST(ReportPage, ANameCannotInject) {
  const std::string page = page_of(made_up_results_with("</title><script>alert(1)</script>'\""));
  EXPECT_EQ(count(page, "<script"), 1U) << "the report's own";
  EXPECT_THAT(page, Not(HasSubstr("alert(1)</script>")));
  EXPECT_THAT(page, HasSubstr("&lt;script&gt;alert(1)"));
}

TEST(ReportPage, ACommandCannotInject) {
  const std::string page = html_report(made_up_results({}), RunnerSettings{}, Machine{},
                                       {"hello-bench", "--also", "it's </pre><b>"});
  EXPECT_THAT(page,
              HasSubstr("hello-bench --also &#39;it&#39;\\&#39;&#39;s &lt;/pre&gt;&lt;b&gt;&#39;"));
}

TEST(ReportPage, LoadsNothingFromElsewhere) {
  const std::string page = page_of(made_up_results_with("x"));
  EXPECT_THAT(page, Not(ContainsRegex("(src|href)=\"[^#]|url\\(|@import|https?:")));
}

TEST(ReportPage, AllChartsOfAWholeRunFit) {
  ResultsSize size;
  size.models = {"threads", "threads-pool", "reactor", "raw-epoll"};
  size.connections = {1, 8, 32, 64, 256, 512, 1000, 2000, 4096, 10'000};
  size.samples = 600;
  const std::string page = page_of(made_up_results(size));
  EXPECT_LT(page.size(), kBytesMax);
  EXPECT_THAT(page, Not(HasSubstr("No room on this page")));
}

TEST(ReportPage, WhateverWasRunThePageIsSmallAndSaysWhatItLeavesOut) {
  ResultsSize size;
  size.models = {"threads", "raw-epoll"};
  for (int i = 0; i < 18; ++i) {
    size.models.push_back("somebody's own server " + std::to_string(i));
  }
  for (std::size_t connections = 1; connections <= 10; ++connections) {
    size.connections.push_back(connections * connections * 50);
  }
  size.rounds = 3;
  size.samples = 200;
  const std::string page = page_of(made_up_results(size));
  EXPECT_LT(page.size(), kBytesMax);
  EXPECT_THAT(page, HasSubstr("<li>No room on this page for: closed-"));
  EXPECT_THAT(page, HasSubstr("id=\"throughput-0-t\""));
}

TEST(ReportPage, TheAnswersComeFirst) {
  const std::string page = page_of(made_up_results({}));
  EXPECT_LT(page.find("as many answers a second"), page.find("<svg class=\"chart\""));
}

/// The answer went by whole rounds once, and the table's verdict by slices.
TEST(ReportPage, TheAnswerIsOfTheSlicesAsTheVerdictIs) {
  Results results =
      made_up_results({.connections = {64}, .models = {"threads", "reactor"}, .rounds = 3});
  std::vector<ModelResult>& models = results.scenarios[0].models;
  for (std::size_t round = 0; round < 3; ++round) {
    for (std::size_t i = 0; i < models.size(); ++i) {
      Figures slice;
      slice.requests_per_s = i == 0 ? 1000 : 3000 + 10 * static_cast<double>(round);
      models[i].rounds[round].slices = {slice};
    }
  }
  EXPECT_THAT(verdict(results.scenarios[0]), HasSubstr("requests/s 3.01x (2.99 to 3.03)"));
  EXPECT_THAT(page_of(results), HasSubstr("reactor gives 3.01 times (95 %: 2.99 to 3.03) as many"));
}

TEST(ReportPage, AChartWithoutDataIsLeftOutAndNamed) {
  Results results = made_up_results({.connections = {1, 64}, .samples = 0});
  for (ScenarioResult& result : results.scenarios) {
    for (ModelResult& model : result.models) {
      for (bench::Run& run : model.rounds) {
        run.figures.rss_bytes.reset();
      }
    }
  }
  const std::string page = page_of(results);
  EXPECT_THAT(page,
              HasSubstr("No chart of closed: server memory: not measured: not known on this"));
  EXPECT_THAT(page, HasSubstr("No chart of closed-64x1: no round of it was followed in time."));
  EXPECT_THAT(page, HasSubstr("No charts: no scenario over UDP was run."));
  EXPECT_THAT(page, Not(HasSubstr("id=\"time-0-t\"")));
}

TEST(ReportPage, RoundsFollowEachOtherInTime) {
  Results results = made_up_results({.connections = {64}, .rounds = 3, .samples = 20});
  std::vector<bench::Run>& rounds = results.scenarios[0].models[0].rounds;
  rounds[1].outcome = Outcome::kFailed;
  rounds[2].series.back().server_busy = 7;
  const std::vector<report::Panel> panels =
      report::time_section(results, report::ModelStyles(results)).panels;
  EXPECT_THAT(panels[0].svg, HasSubstr(">6</text>"));  // three rounds of 2 s
  EXPECT_THAT(panels[0].table.rows, Contains(Contains("0.97 · 0.97 · 7")));
}

TEST(ReportPage, WhatIsMissingIsSaid) {
  const std::string page = page_of(made_up_results_with("x"));
  EXPECT_THAT(page, HasSubstr("Left out: closed-100000x1: it takes 100,006 descriptors"));
  EXPECT_THAT(page, HasSubstr("5 rounds instead of 7: the time was up."));
  EXPECT_THAT(page, HasSubstr("not measured: failed: server ended: cannot make a thread (EAGAIN)"));
  EXPECT_THAT(page, HasSubstr("Not followed: x."));
}

TEST(ReportPage, AnOpenLoopShowsBothTimesAndWhatItMissed) {
  const std::string page = page_of(made_up_results_with("x"));
  EXPECT_THAT(page, HasSubstr("reactor, response time"));
  EXPECT_THAT(page, HasSubstr("reactor: 50.0k/s asked, 49.0k/s reached, 1000 missed."));
}

TEST(ReportPage, ARunThatMeasuredNothingIsAPage) {
  Results results;
  results.interrupted = true;
  EXPECT_THAT(page_of(results), HasSubstr("Interrupted: this is what there was."));
}

}  // namespace
}  // namespace halo::bench
