#include "bench/verdict.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace halo::bench {
namespace {

ModelResult model(std::string_view name, Figure figure, const std::vector<double>& rounds) {
  ModelResult result;
  result.model.name = name;
  for (const double value : rounds) {
    result.rounds.emplace_back().figures.*figure = value;
  }
  return result;
}

ScenarioResult of(std::vector<ModelResult> models) { return {Scenario{}, std::move(models)}; }

TEST(Verdict, NamesWhatTheReactorIsBetterIn) {
  EXPECT_EQ(verdict(of({model("threads", &Figures::requests_per_s, {100, 100, 100}),
                        model("reactor", &Figures::requests_per_s, {150, 160, 170})})),
            "reactor against threads: better in requests/s 1.60x (1.37 to 1.87).");
}

TEST(Verdict, SaysSoWhenThreadsWin) {
  EXPECT_EQ(verdict(of({model("threads", &Figures::p50_us, {20, 20, 20}),
                        model("reactor", &Figures::p50_us, {22, 22, 22.4})})),
            "reactor against threads: worse in p50 1.11x (1.08 to 1.14).");
}

TEST(Verdict, AnIntervalAroundOneShowsNoDifference) {
  EXPECT_EQ(verdict(of({model("threads", &Figures::p50_us, {20, 20, 20}),
                        model("reactor", &Figures::p50_us, {19, 24, 24})})),
            "reactor against threads: no difference shown in p50 1.11x (0.79 to 1.55).");
}

TEST(Verdict, ComparesTheCpuWithTheCeilings) {
  EXPECT_EQ(verdict(of({model("threads", &Figures::server_cpu_us, {20, 20, 20}),
                        model("reactor", &Figures::server_cpu_us, {10, 10.2, 10.1}),
                        model("raw-epoll", &Figures::server_cpu_us, {10, 10, 10.2})})),
            "reactor against threads: better in server CPU per request 0.50x (0.49 to 0.52); "
            "its CPU is 1.00x (0.97 to 1.04) of raw-epoll's, no difference shown.");
}

TEST(Verdict, EveryContenderHasItsPart) {
  EXPECT_EQ(verdict(of({model("threads", &Figures::requests_per_s, {100, 100, 100}),
                        model("reactor+timer", &Figures::requests_per_s, {200, 200, 200}),
                        model("reactor+4-workers", &Figures::requests_per_s, {50, 50, 50})})),
            "reactor+timer against threads: better in requests/s 2.00x (2.00 to 2.00); "
            "reactor+4-workers against threads: worse in requests/s 0.50x (0.50 to 0.50).");
}

TEST(Verdict, DatagramServersAreComparedWithThePlainOne) {
  ScenarioResult result = of({model("udp-plain", &Figures::server_cpu_us, {2, 2, 2}),
                              model("threads", &Figures::server_cpu_us, {2, 2.1, 1.9}),
                              model("reactor", &Figures::requests_per_s, {100, 100, 100}),
                              model("reactor-no-gso", &Figures::server_cpu_us, {1, 1.1, 1})});
  result.scenario.datagrams = true;
  result.scenario.opponent = "udp-plain";
  EXPECT_EQ(verdict(result),
            "threads against udp-plain: no difference shown in server CPU per datagram 1.00x (0.88 "
            "to 1.13); reactor-no-gso against udp-plain: better in server CPU per datagram 0.52x "
            "(0.45 to 0.59).");
}

TEST(Verdict, TwoRoundsAreTooFew) {
  ModelResult threads = model("threads", &Figures::p50_us, {20, 20, 20});
  threads.rounds[1].outcome = Outcome::kFailed;
  EXPECT_EQ(verdict(of({threads, model("reactor", &Figures::p50_us, {10, 10, 10})})),
            "No verdict, it takes 3 rounds of each model; measured were threads in 2.");
}

TEST(Verdict, ThreeRoundsWithoutFiguresCompareNothing) {
  EXPECT_EQ(verdict(of({model("threads", &Figures::p50_us, {20, 20, 20}),
                        model("reactor", &Figures::p99_us, {10, 10, 10})})),
            "No verdict: there is nothing to compare.");
}

}  // namespace
}  // namespace halo::bench
