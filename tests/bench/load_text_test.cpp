// What hello-load reads from its command line and tells people, as far as that is pure.

#include <algorithm>

#include <gtest/gtest.h>

#include "bench/load/failures.hpp"
#include "bench/load/json_report.hpp"
#include "bench/load/live_view.hpp"
#include "bench/load/option_values.hpp"
#include "bench/load/preflight.hpp"
#include "bench/load/text.hpp"
#include "bench/load/text_report.hpp"
#include "reactor/error.hpp"

namespace halo::bench::load {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(LoadOptionValues, NumbersAndSizes) {
  EXPECT_EQ(parse_number("250"), 250);
  EXPECT_EQ(parse_number("0.5"), 0.5);
  EXPECT_EQ(parse_number("20k"), 20'000);
  EXPECT_EQ(parse_number("1.5M"), 1'500'000);
  for (const char* const text : {"", "k", ".5", "1.2.3", "-1", "1e3", " 1", "1kk"}) {
    EXPECT_FALSE(parse_number(text)) << text;
  }
  EXPECT_EQ(parse_size("512"), 512U);
  EXPECT_EQ(parse_size("64k"), 65'536U);
  EXPECT_FALSE(parse_size("file.bin"));
  EXPECT_FALSE(parse_size("99999999999"));
}

TEST(LoadOptionValues, HostsAndPorts) {
  const auto parsed = [](std::string_view text) {
    const std::optional<HostAndPort> both = parse_host_and_port(text);
    return both ? both->host + " " + std::to_string(both->port) : "none";
  };
  EXPECT_EQ(parsed("localhost:80"), "localhost 80");
  EXPECT_EQ(parsed("[::1]:80"), "::1 80");
  for (const char* const text :
       {"localhost", "localhost:", ":80", "::1:80", "a:0", "a:65536", "[]:1"}) {
    EXPECT_EQ(parsed(text), "none") << text;
  }
}

TEST(LoadOptionValues, SourcesAreListsAndRanges) {
  const auto sources = parse_sources("127.0.0.2-127.0.0.4,::1,10.0.0.255-10.0.1.1");
  ASSERT_TRUE(sources);
  std::vector<std::string> texts;
  std::transform(sources->begin(), sources->end(), std::back_inserter(texts),
                 [](const Endpoint& source) { return source.address_string(); });
  EXPECT_EQ(texts, (std::vector<std::string>{"127.0.0.2", "127.0.0.3", "127.0.0.4", "::1",
                                             "10.0.0.255", "10.0.1.0", "10.0.1.1"}));
  EXPECT_TRUE(parse_sources("10.0.0.0-10.0.0.255"));
  EXPECT_TRUE(parse_sources("255.255.255.250-255.255.255.255"));
  for (const char* const text : {"", "127.0.0.1,", "localhost", "127.0.0.3-127.0.0.2", "::1-::2",
                                 "10.0.0.0-10.0.1.0", "0.0.0.0-255.255.255.255"}) {
    EXPECT_FALSE(parse_sources(text)) << text;
  }
}

TEST(LoadOptionValues, APayloadEndsItsLine) {
  EXPECT_EQ(payload_of(5), "abcd\n");
  EXPECT_EQ(payload_of(1), "\n");
  EXPECT_EQ(payload_of(1000).size(), 1000U);
}

TEST(LoadText, TimesHaveThreeDigitsAndAUnit) {
  EXPECT_EQ(time_text(Duration(870)), "870 ns");
  EXPECT_EQ(time_text(Duration(12'345)), "12.3 us");
  EXPECT_EQ(time_text(milliseconds(5)), "5.00 ms");
  EXPECT_EQ(time_text(Duration(999'600'000)), "1.00 s");
  EXPECT_EQ(count_text(999), "999");
  EXPECT_EQ(count_text(1'234'567), "1,234,567");
}

TEST(LoadFailures, TellWhatToDo) {
  EXPECT_EQ(errno_name({ECONNREFUSED, std::system_category()}), "ECONNREFUSED");
  EXPECT_EQ(errno_name(Errc::kConnectTimeout), "");
  EXPECT_NE(advice("connect: x", {EMFILE, std::system_category()}).find("ulimit -n"),
            std::string_view::npos);
  EXPECT_NE(
      advice("connect: x", {EADDRNOTAVAIL, std::generic_category()}).find("--source-addresses"),
      std::string_view::npos);
  for (const char* const kind : {"time-out", "wrong answer", "closed early"}) {
    EXPECT_FALSE(advice(kind, {}).empty()) << kind;
  }
  EXPECT_EQ(advice("answered 503", {}), "");
}

std::vector<Finding> findings(const LoadPlan& plan, std::size_t descriptors, std::size_t ports) {
  Facilities machine;
  machine.descriptors = descriptors;
  machine.ports = ports;
  machine.cores = 2;
  machine.load_average = 0.1;
  return examine(plan, machine);
}

TEST(LoadPreflight, NothingIsSaidWhereEverythingIsThere) {
  EXPECT_TRUE(findings({}, 1024, 28'000).empty());
}

TEST(LoadPreflight, TooFewDescriptorsPreventTheLoadAndTheFixWorks) {
  LoadPlan plan;
  plan.connections = 20'000;
  const std::vector<Finding> found = findings(plan, 1024, 28'000);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_TRUE(found[0].prevents);
  EXPECT_EQ(found[0].fix, "ulimit -n 20036, or --connections 988");
  EXPECT_TRUE(findings(plan, 20'036, 28'000).empty());
  plan.connections = 988;
  EXPECT_TRUE(findings(plan, 1024, 28'000).empty());
}

TEST(LoadPreflight, PortsAreCountedForEachSourceAddress) {
  LoadPlan plan;
  plan.connections = 60'000;
  const std::vector<Finding> found = findings(plan, 100'000, 28'000);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_TRUE(found[0].prevents);
  EXPECT_EQ(found[0].fix.substr(0, 20), "3 --source-addresses");
  plan.asking.sources = *parse_sources("127.0.0.2-127.0.0.4");
  EXPECT_TRUE(findings(plan, 100'000, 28'000).empty());
  plan.asking.sources.clear();
  plan.asking.server = Endpoint::unix_path("/x");
  EXPECT_TRUE(findings(plan, 100'000, 28'000).empty());
}

TEST(LoadPreflight, ABusyMachineAndTooManyThreadsAreWorthKnowing) {
  LoadPlan plan;
  plan.threads = 3;
  Facilities machine;
  machine.descriptors = 1024;
  machine.cores = 2;
  machine.load_average = 1.5;
  const std::vector<Finding> found = examine(plan, machine);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_FALSE(found[0].prevents || found[1].prevents);
}

TEST(LoadPreflight, ASourceAddressOfAnotherMachineIsNamed) {
  LoadPlan plan;
  plan.asking.sources = *parse_sources("127.0.0.1,192.0.2.1,::1");
  const std::vector<Finding> found = examine_sources(plan);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_NE(found[0].why.find("EADDRNOTAVAIL"), std::string::npos) << found[0].why;
  EXPECT_NE(found[1].why.find("family"), std::string::npos) << found[1].why;
}

Interval second_of_answers() {
  Interval interval;
  interval.begin = seconds(2);
  interval.length = seconds(1);
  interval.counted = true;
  interval.answered = 1500;
  interval.behind = 7;
  interval.latency.response.record(milliseconds(4));
  interval.latency.service.record(milliseconds(1));
  return interval;
}

TEST(LoadLiveView, ALineSaysWhichTimeItShows) {
  LoadPlan plan;
  EXPECT_EQ(live_line(plan, second_of_answers(), 0, false),
            "measuring: 1,500/s, service time p50 1.00 ms p99 1.00 ms, 0 failed, 0:07 left");
  plan.rate = 1500;
  EXPECT_EQ(live_line(plan, second_of_answers(), 3, true),
            "measuring: 1,500/s, response time p50 4.00 ms p99 4.00 ms, \x1b[31m3 failed\x1b[0m, "
            "\x1b[31m7 behind\x1b[0m, 0:07 left");
}

TEST(LoadLiveView, APhaseHasItsName) {
  LoadPlan plan;
  plan.timing.warm_up = seconds(2);
  Interval interval;
  interval.length = seconds(1);
  const auto begins = [&](Duration begin, std::string_view name) {
    interval.begin = begin;
    return live_line(plan, interval, 0, false).starts_with(name);
  };
  EXPECT_TRUE(begins(-seconds(3), "ramp: "));
  EXPECT_TRUE(begins(-seconds(2), "warm-up: "));
  interval.counted = true;
  EXPECT_TRUE(begins(seconds(0), "measuring: "));
  EXPECT_TRUE(begins(seconds(10), "waiting for answers: "));
}

TEST(LoadReport, TheCsvHasAFieldForEachName) {
  const auto commas = [](const std::string& line) {
    return std::count(line.begin(), line.end(), ',');
  };
  EXPECT_EQ(commas(csv_line(second_of_answers())), commas(csv_header()));
  EXPECT_EQ(commas(csv_line({})), commas(csv_header()));
}

TEST(LoadReport, OneInAHundredMissedIsNotTheLoadThatWasAskedFor) {
  LoadPlan plan;
  plan.rate = 100;
  Tallies tallies;
  tallies.opened = plan.connections;
  tallies.due = 1000;
  tallies.missed = 10;
  EXPECT_EQ(shortfall(plan, tallies), "");
  tallies.missed = 11;
  EXPECT_NE(shortfall(plan, tallies), "");
  tallies.missed = 0;
  tallies.opened = plan.connections - 1;
  EXPECT_EQ(shortfall(plan, tallies), "LOAD NOT REACHED: 9 of 10 connections.\n");
}

TEST(LoadReport, WhatAServerSaysCannotSpeakToTheTerminal) {
  Tallies tallies;
  tallies.length = seconds(1);
  count_failure(tallies.failures, {"not HTTP: \x1b[2J", {}});
  EXPECT_EQ(text_report({}, "x", tallies).find('\x1b'), std::string::npos);
}

/// What a load on a busy machine is late for itself is not put down to the server.
TEST(LoadReport, TellsItsOwnLatenessFromTheServers) {
  LoadPlan plan;
  plan.rate = 100;
  Tallies tallies;
  tallies.length = std::chrono::seconds(1);
  tallies.asked = tallies.due = tallies.answered = 100;
  for (int i = 0; i < 100; ++i) {
    tallies.latency.response.record(std::chrono::milliseconds(40));
    tallies.latency.service.record(std::chrono::milliseconds(1));
    tallies.wake_delay.record(std::chrono::milliseconds(10));
  }
  EXPECT_NE(text_report(plan, "x", tallies).find("slower than 100 a second"), std::string::npos);
  EXPECT_EQ(text_report(plan, "x", tallies).find("itself late"), std::string::npos);
  for (int i = 0; i < 100; ++i) {
    tallies.wake_delay.record(std::chrono::milliseconds(30));
  }
  EXPECT_NE(text_report(plan, "x", tallies).find("itself late, by 30.0 ms at p99"),
            std::string::npos);
  EXPECT_EQ(text_report(plan, "x", tallies).find("stood still"), std::string::npos);
}

}  // namespace
}  // namespace halo::bench::load
