#include "bench/comparison.hpp"

#include <stdexcept>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "bench/report_json.hpp"

namespace halo::bench {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::string_view kCpu = "server_cpu_us_per_request";

SavedModel model(std::string name, std::string_view figure, std::vector<double> rounds,
                 std::vector<double> ratios = {}) {
  SavedModel result;
  result.name = std::move(name);
  result.rounds[std::string(figure)] = std::move(rounds);
  result.ratios[std::string(figure)] = std::move(ratios);
  return result;
}

SavedReport report(std::vector<SavedModel> models, std::string scenario = "closed-1x1") {
  return {"abc", "today", {{std::move(scenario), "raw-epoll", std::move(models)}}};
}

Change change(const SavedModel& before, const SavedModel& after, double bound) {
  const Comparison found = compare(report({before}), report({after}), bound);
  EXPECT_EQ(found.figures.size(), 1U);
  EXPECT_EQ(found.has_regression(), found.figures[0].change == Change::kRegression);
  return found.figures[0].change;
}

TEST(Compare, ACostIsARegressionWhenItsWholeIntervalLiesBeyondTheBound) {
  const SavedModel before = model("reactor", kCpu, {10, 10.1, 9.9});
  EXPECT_EQ(change(before, model("reactor", kCpu, {12, 12.1, 11.9}), 0.05), Change::kRegression);
  EXPECT_EQ(change(before, model("reactor", kCpu, {12, 12.1, 11.9}), 0.3), Change::kWorse);
  EXPECT_EQ(change(before, model("reactor", kCpu, {8, 8.1, 7.9}), 0.05), Change::kBetter);
  EXPECT_EQ(change(before, model("reactor", kCpu, {9, 12, 10}), 0.05), Change::kNone);
  // Worse beyond doubt, but perhaps by less than the bound.
  EXPECT_EQ(change(before, model("reactor", kCpu, {10.6, 10.7, 10.5}), 0.05), Change::kWorse);
}

TEST(Compare, ARateIsARegressionWhenItFalls) {
  const SavedModel before = model("reactor", "requests_per_s", {100, 101, 99});
  EXPECT_EQ(change(before, model("reactor", "requests_per_s", {80, 81, 79}), 0.05),
            Change::kRegression);
  EXPECT_EQ(change(before, model("reactor", "requests_per_s", {120, 121, 119}), 0.05),
            Change::kBetter);
}

TEST(Compare, ASlowerMachineIsNoRegression) {
  const SavedModel before = model("reactor", kCpu, {10, 10, 10}, {1.1, 1.11, 1.09});
  const SavedModel after = model("reactor", kCpu, {20, 20, 20}, {1.1, 1.1, 1.12});
  EXPECT_EQ(change(before, after, 0.05), Change::kNone);
}

TEST(Compare, AFasterMachineHidesNoRegression) {
  const SavedModel before = model("reactor", kCpu, {10, 10, 10}, {1.1, 1.11, 1.09});
  const SavedModel after = model("reactor", kCpu, {8, 8, 8}, {1.3, 1.31, 1.29});
  EXPECT_EQ(change(before, after, 0.05), Change::kRegression);
}

TEST(Compare, TheBaselineIsTheMeasure) {
  EXPECT_EQ(change(model("raw-epoll", kCpu, {10, 10, 10}, {1, 1, 1}),
                   model("raw-epoll", kCpu, {20, 20, 20}, {1, 1, 1}), 0.05),
            Change::kReference);
}

TEST(Compare, OneRoundTellsNothing) {
  EXPECT_EQ(change(model("reactor", kCpu, {10}), model("reactor", kCpu, {20, 20}), 0.05),
            Change::kUnknown);
}

TEST(Compare, WhatOnlyOneRunHasIsNamed) {
  const Comparison found = compare(report({model("reactor", kCpu, {1, 1})}),
                                   report({model("mine", kCpu, {1, 1})}), 0.05);
  EXPECT_TRUE(found.figures.empty());
  EXPECT_THAT(found.in_one_only, ElementsAre("closed-1x1, reactor (only in the old run)",
                                             "closed-1x1, mine (only in the new run)"));
}

TEST(ReadReport, ReadsWhatIsWritten) {
  Scenario scenario;
  scenario.family = "closed";
  scenario.baseline = "raw-epoll";
  ScenarioResult result{scenario, {}};
  for (const auto& [name, cpu] : {std::pair{"reactor", 3.0}, std::pair{"raw-epoll", 2.0}}) {
    ModelResult& of_model = result.models.emplace_back();
    of_model.model.name = name;
    of_model.rounds.resize(2);
    of_model.rounds[0].figures.server_cpu_us = cpu;
    of_model.rounds[1].figures.server_cpu_us = 2 * cpu;
    of_model.rounds.emplace_back().outcome = Outcome::kFailed;
  }
  Results results;
  results.scenarios.push_back(result);
  const SavedReport read =
      read_report(json_report(results, RunnerSettings{}, Machine{}, {"hello-bench"}));
  ASSERT_EQ(read.scenarios.size(), 1U);
  EXPECT_EQ(read.scenarios[0].name, "closed-1x1");
  EXPECT_EQ(read.scenarios[0].baseline, "raw-epoll");
  const SavedModel& reactor = read.scenarios[0].models.at(0);
  EXPECT_EQ(reactor.name, "reactor");
  EXPECT_THAT(reactor.rounds.at(std::string(kCpu)), ElementsAre(3, 6));
  EXPECT_THAT(reactor.ratios.at(std::string(kCpu)), ElementsAre(1.5, 1.5));
  EXPECT_FALSE(reactor.rounds.contains("p50_us"));
}

TEST(ReadReport, SaysWhatIsWrong) {
  const auto why = [](std::string_view text) {
    try {
      read_report(text);
      return std::string("nothing");
    } catch (const std::runtime_error& error) {
      return std::string(error.what());
    }
  };
  EXPECT_THAT(why(""), HasSubstr("parse error"));
  EXPECT_THAT(why("[]"), HasSubstr("not written by hello-bench"));
  EXPECT_THAT(why(R"({"tool":"other","format":2})"), HasSubstr("not written by hello-bench"));
  EXPECT_THAT(why(R"({"tool":7})"), HasSubstr("not written by hello-bench"));
  EXPECT_THAT(why(R"({"tool":"hello-bench","format":1})"), HasSubstr("has format 1"));
  EXPECT_THAT(why(R"({"tool":"hello-bench","format":2,"commit":"","date":"","results":[{}]})"),
              HasSubstr("scenario"));
}

}  // namespace
}  // namespace halo::bench
