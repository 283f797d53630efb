#include "bench/further_models.hpp"

#include <set>

#include <gtest/gtest.h>

#include "servers/command_line.hpp"

namespace halo::bench {
namespace {

TEST(ParseAlso, ANameAndACommand) {
  const FurtherModel also = parse_also("mine=./server --name=x -v");
  EXPECT_EQ(also.model.name, "mine");
  EXPECT_EQ(also.model.shell, "./server --name=x -v");
  EXPECT_EQ(also.model.port, std::nullopt);
  EXPECT_EQ(also.speaks, Speaks::kLines);
}

TEST(ParseAlso, APortBehindTheLastAt) {
  const FurtherModel also = parse_also("mine=run user@host@7000");
  EXPECT_EQ(also.model.shell, "run user@host");
  EXPECT_EQ(also.model.port, 7000);
}

TEST(ParseAlso, AnAtThatIsNoPortBelongsToTheCommand) {
  for (const char* const command :
       {"run user@host", "run @", "run x@0", "run x@70000", "run 1@2b"}) {
    const FurtherModel also = parse_also(std::string("mine=") + command);
    EXPECT_EQ(also.model.shell, command);
    EXPECT_EQ(also.model.port, std::nullopt);
  }
}

TEST(ParseAlso, AProtocolBeforeTheName) {
  EXPECT_EQ(parse_also("tcp:a=x").speaks, Speaks::kLines);
  EXPECT_EQ(parse_also("http:a=x").speaks, Speaks::kHttp);
  EXPECT_EQ(parse_also("udp:a=x").speaks, Speaks::kDatagrams);
  EXPECT_EQ(parse_also("http:a=x").model.name, "a");
}

TEST(ParseAlso, RefusesWhatHasNoSuchForm) {
  for (const char* const text :
       {"", "mine", "=x", "mine=", "mine=  ", "http:=x", "mine=@7000", "udp:mine=x@7000"}) {
    EXPECT_THROW(parse_also(text), command_line::UsageError) << text;
  }
}

std::set<std::string> families_with(const std::vector<Scenario>& scenarios,
                                    const std::string& name) {
  std::set<std::string> families;
  for (const Scenario& scenario : scenarios) {
    for (const Model& model : scenario.models) {
      if (model.name == name) {
        families.insert(scenario.family);
      }
    }
  }
  return families;
}

TEST(AddModels, EachJoinsTheScenariosThatSpeakItsProtocol) {
  std::vector<Scenario> scenarios = all_scenarios();
  add_models(scenarios, {parse_also("lines=x"), parse_also("udp:datagrams=x")});
  EXPECT_EQ(families_with(scenarios, "lines"), (std::set<std::string>{"closed", "idle", "churn"}));
  EXPECT_EQ(families_with(scenarios, "datagrams"), std::set<std::string>{"udp"});
}

TEST(AddModels, RefusesTwoOfOneNameAndOneThatFitsNowhere) {
  std::vector<Scenario> scenarios = all_scenarios();
  EXPECT_THROW(add_models(scenarios, {parse_also("reactor=x")}), command_line::UsageError);
  std::erase_if(scenarios, [](const Scenario& one) { return !one.datagrams; });
  EXPECT_THROW(add_models(scenarios, {parse_also("lines=x")}), command_line::UsageError);
}

TEST(Models, HaveNamesOfTheirOwnInEachScenario) {
  for (const Scenario& scenario : all_scenarios()) {
    std::set<std::string> names;
    for (const Model& model : scenario.models) {
      EXPECT_TRUE(names.insert(model.name).second) << model.name << " in " << scenario.name();
    }
    EXPECT_TRUE(names.contains(scenario.baseline)) << scenario.name();
    EXPECT_TRUE(names.contains(scenario.opponent)) << scenario.name();
  }
}

}  // namespace
}  // namespace halo::bench
