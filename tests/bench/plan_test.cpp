#include "bench/plan.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "servers/command_line.hpp"

namespace halo::bench {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr std::size_t kPlenty = 1'000'000;

std::vector<std::string> names(const Plan& plan) {
  std::vector<std::string> result;
  for (const Scenario& scenario : plan.scenarios) {
    result.push_back(scenario.name());
  }
  return result;
}

std::vector<Scenario> all_scenarios_of(std::string_view family) {
  std::vector<Scenario> scenarios = all_scenarios();
  std::erase_if(scenarios, [family](const Scenario& one) { return one.family != family; });
  return scenarios;
}

TEST(Plan, WithoutWishesItIsTheTableButForWhatWantsToBeNamed) {
  const Plan plan = make_plan({}, kPlenty);
  for (const Scenario& scenario : plan.scenarios) {
    EXPECT_NE(scenario.included, Included::kByName) << scenario.name();
  }
  EXPECT_THAT(names(plan), AllOf(Contains("closed-10000x1"), Not(Contains("closed-10000x16"))));
  EXPECT_TRUE(plan.left_out.empty());
  PlanRequest request;
  request.scenarios = {"closed"};
  EXPECT_THAT(names(make_plan(request, kPlenty)), Contains("closed-10000x16"));
}

TEST(Plan, QuickHasEveryFamily) {
  std::set<std::string> all, quick;
  for (const Scenario& scenario : all_scenarios()) {
    all.insert(scenario.family);
  }
  PlanRequest request;
  request.quick = true;
  for (const Scenario& scenario : make_plan(request, kPlenty).scenarios) {
    quick.insert(scenario.family);
  }
  EXPECT_EQ(quick, all);
}

TEST(Plan, NumbersForAFamilyHaveWhatItsExampleHas) {
  PlanRequest request;
  request.scenarios = {"closed"};
  request.connections = {3};
  const Plan plan = make_plan(request, kPlenty);
  ASSERT_THAT(names(plan), ElementsAre("closed-3x1"));
  EXPECT_TRUE(plan.scenarios[0].open_loop);
}

TEST(Plan, ScenariosAreTakenByNameOrByFamily) {
  PlanRequest request;
  request.scenarios = {"churn", "closed-8x16"};
  EXPECT_THAT(names(make_plan(request, kPlenty)), ElementsAre("closed-8x16", "churn-64"));
}

TEST(Plan, NumbersAloneMeanTheClosedLoop) {
  PlanRequest request;
  request.connections = {1000, 10};
  request.depths = {1, 4};
  EXPECT_THAT(names(make_plan(request, kPlenty)),
              ElementsAre("closed-1000x1", "closed-10x1", "closed-1000x4", "closed-10x4"));
}

TEST(Plan, NumbersReplaceThoseOfANamedFamily) {
  PlanRequest request;
  request.scenarios = {"churn", "idle"};
  request.connections = {8};
  EXPECT_THAT(names(make_plan(request, kPlenty)), ElementsAre("idle-8+4000", "churn-8"));
}

TEST(Plan, NumbersOfDatagramsAreSocketsAndTheWindowInAll) {
  PlanRequest request;
  request.scenarios = {"udp"};
  EXPECT_THAT(names(make_plan(request, kPlenty)), ElementsAre("udp-1/8", "udp-32/8", "udp-256/8"));
  request.connections = {2, 64};
  request.depths = {128};
  EXPECT_THAT(names(make_plan(request, kPlenty)), ElementsAre("udp-128/2", "udp-128/64"));
}

TEST(Plan, RequestsOverHttpHaveAFamilyWhereTheirServerIsBuilt) {
  PlanRequest request;
  request.scenarios = {"http"};
  const bool built = !all_scenarios_of("http").empty();
  if (!built) {
    EXPECT_THROW(make_plan(request, kPlenty), command_line::UsageError);
    return;
  }
  EXPECT_THAT(names(make_plan(request, kPlenty)),
              ElementsAre("http-64x1", "http-64x16", "http-1000x1"));
  request.connections = {8};
  EXPECT_THAT(names(make_plan(request, kPlenty)), ElementsAre("http-8x1"));
}

TEST(Plan, WhatTheLimitForbidsIsLeftOutAndSaid) {
  const Plan plan = make_plan({}, 1024);
  EXPECT_FALSE(plan.falls_short);  // nobody asked for these numbers
  const std::vector<Scenario> all = all_scenarios();
  const auto too_large = std::ranges::count_if(all, [](const Scenario& one) {
    return one.included != Included::kByName && one.connections + one.idle_connections > 1024 - 64;
  });
  ASSERT_EQ(plan.left_out.size(), static_cast<std::size_t>(too_large));
  ASSERT_GE(plan.left_out.size(), 3U);
  EXPECT_EQ(plan.left_out[0].scenario, "closed-4096x1");
  EXPECT_THAT(plan.left_out[0].reason, HasSubstr("1024 is the limit"));
  EXPECT_THAT(plan.left_out[0].reason, HasSubstr("ulimit -n 4160"));
}

TEST(Plan, FallsShortWhenTheNumberWasAskedFor) {
  PlanRequest request;
  request.connections = {50'000, 10};
  const Plan plan = make_plan(request, 20'000);
  EXPECT_TRUE(plan.falls_short);
  EXPECT_THAT(names(plan), ElementsAre("closed-10x1"));
}

TEST(Plan, ServersLiveApartWhereTheirConnectionsTogetherAreTooMany) {
  PlanRequest request;
  request.connections = {100, 4000};
  const Plan plan = make_plan(request, 64 + 4000);
  ASSERT_THAT(names(plan), ElementsAre("closed-100x1", "closed-4000x1"));
  EXPECT_FALSE(plan.scenarios[0].apart);
  EXPECT_TRUE(plan.scenarios[1].apart);
  EXPECT_FALSE(make_plan(request, kPlenty).scenarios[1].apart);
}

TEST(Plan, RefusesWhatDoesNotExistOrMakesNoSense) {
  PlanRequest unknown;
  unknown.scenarios = {"closed-3x3"};
  EXPECT_THROW(make_plan(unknown, kPlenty), command_line::UsageError);
  PlanRequest deep_churn;
  deep_churn.scenarios = {"churn"};
  deep_churn.depths = {16};
  EXPECT_THROW(make_plan(deep_churn, kPlenty), command_line::UsageError);
}

}  // namespace
}  // namespace halo::bench
