#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "bench/report/markdown_report.hpp"
#include "tests/bench/report_results.hpp"

namespace halo::bench {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

std::string markdown_of(const Results& results) {
  return markdown_report(results, RunnerSettings{}, Machine{}, {"hello-bench", "a`b"});
}

TEST(ReportMarkdown, HasATableAndAnAnswerForEachScenario) {
  const std::string text = markdown_of(made_up_results({.connections = {10'000}}));
  EXPECT_THAT(text, HasSubstr("### closed-10000x1: 10000 connections\n\n| model | requests/s |"));
  EXPECT_THAT(text, HasSubstr("### closed-10000x16: "));
  EXPECT_THAT(text, HasSubstr("\nreactor gives 2.29 times (95 %: 2.2"));
  EXPECT_THAT(text, HasSubstr("`` hello-bench 'a`b' ``"));
}

TEST(ReportMarkdown, WhatIsNotKnownIsNoZero) {
  EXPECT_THAT(markdown_of(made_up_results_with("x")),
              HasSubstr("| threads | n/a | n/a | n/a | n/a | n/a | n/a | n/a |"));
}

TEST(ReportMarkdown, AModelsNameStaysInItsCell) {
  const std::string text = markdown_of(made_up_results_with("a|b<script>"));
  EXPECT_THAT(text, HasSubstr("| a\\|b\\<script\\> |"));
  EXPECT_THAT(text, Not(ContainsRegex("[^\\\\]<script")));
}

}  // namespace
}  // namespace halo::bench
