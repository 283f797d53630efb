#include "servers/command_line.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace halo::command_line {
namespace {

using namespace std::chrono_literals;

TEST(ParseDuration, TakesEachUnit) {
  EXPECT_EQ(parse_duration("7ns"), 7ns);
  EXPECT_EQ(parse_duration("250us"), 250us);
  EXPECT_EQ(parse_duration("10ms"), 10ms);
  EXPECT_EQ(parse_duration("1s"), 1s);
  EXPECT_EQ(parse_duration("2m"), 2min);
  EXPECT_EQ(parse_duration("3h"), 3h);
}

TEST(ParseDuration, TakesFractions) {
  EXPECT_EQ(parse_duration("1.5s"), 1500ms);
  EXPECT_EQ(parse_duration("0.25ms"), 250us);
  EXPECT_EQ(parse_duration("0.1s"), 100ms);
  EXPECT_EQ(parse_duration("90.000000001s"), 90s + 1ns);
  EXPECT_EQ(parse_duration("0." + std::string(400, '3') + "s"), 333333333ns);
}

TEST(ParseDuration, NeedsAUnitExceptForZero) {
  EXPECT_EQ(parse_duration("0"), 0ns);
  EXPECT_EQ(parse_duration("0s"), 0ns);
  EXPECT_EQ(parse_duration("10"), std::nullopt);
}

TEST(ParseDuration, RefusesEverythingElse) {
  for (const char* const text :
       {"", "s", "-1s", "+1s", " 1s", "1 s", "1s ", "1S", "1sec", "1e3s", "inf", "infs", "nans",
        ".5s", "1..5s", "0x10s", "99999999999h", "1s2ms"}) {
    EXPECT_EQ(parse_duration(text), std::nullopt) << '"' << text << '"';
  }
  EXPECT_EQ(parse_duration(std::string(400, '9') + "ns"), std::nullopt);  // no double is as large
}

TEST(FormatDuration, IsReadBackAsItself) {
  for (const Duration duration : {Duration(0), Duration(1ns), Duration(250us), Duration(10ms),
                                  Duration(1500ms), Duration(90s), Duration(2min), Duration(24h)}) {
    EXPECT_EQ(parse_duration(format_duration(duration)), duration) << format_duration(duration);
  }
}

TEST(FormatDuration, UsesTheLargestUnitThatStaysWhole) {
  EXPECT_EQ(format_duration(10ms), "10ms");
  EXPECT_EQ(format_duration(1500ms), "1500ms");
  EXPECT_EQ(format_duration(120s), "2m");
  EXPECT_EQ(format_duration(0s), "0");
}

enum class Colour { kRed, kBlue };

/// A program with one option of each kind.
struct Program {
  CLI::App app{"Tests.", "tester"};
  std::uint16_t port = 1;
  Duration delay = 1s;
  Colour colour = Colour::kRed;

  Program() {
    add_number<std::uint16_t>(app, "--port", port, 0, 65535, "A port");
    add_duration(app, "--delay", delay, "A delay");
    add_choice<Colour>(app, "--colour", colour, {{"red", Colour::kRed}, {"blue", Colour::kBlue}},
                       "A colour");
    app.callback([this] {
      if (port == 7) {
        throw UsageError("seven is taken", "--port 8");
      }
    });
  }

  std::optional<int> run(std::vector<const char*> arguments) {
    arguments.insert(arguments.begin(), "tester");
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    const auto code = parse(app, static_cast<int>(arguments.size()), arguments.data());
    printed = testing::internal::GetCapturedStdout();
    complaint = testing::internal::GetCapturedStderr();
    return code;
  }

  std::string printed;
  std::string complaint;
};

TEST(CommandLine, ReadsOptions) {
  Program program;
  EXPECT_EQ(program.run({"--port", "80", "--delay=5ms", "--colour", "blue"}), std::nullopt);
  EXPECT_EQ(program.port, 80);
  EXPECT_EQ(program.delay, 5ms);
  EXPECT_EQ(program.colour, Colour::kBlue);
}

TEST(CommandLine, KeepsDefaults) {
  Program program;
  EXPECT_EQ(program.run({}), std::nullopt);
  EXPECT_EQ(program.port, 1);
  EXPECT_EQ(program.delay, 1s);
  EXPECT_EQ(program.colour, Colour::kRed);
}

TEST(CommandLine, SaysWhatIsWrongOnOneLine) {
  const std::vector<std::pair<std::vector<const char*>, std::string>> cases = {
      {{"--port", "65536"}, "--port: '65536' is not 0..65535"},
      {{"--port", "8x"}, "--port: '8x' is not 0..65535"},
      {{"--delay", "5"}, "--delay: '5' is not a duration such as 250us, 10ms, 1.5s or 2m"},
      {{"--colour", "green"}, "--colour: 'green' is not red|blue"},
  };
  for (const auto& [arguments, what] : cases) {
    Program program;
    EXPECT_EQ(program.run(arguments), kUsage);
    EXPECT_EQ(program.complaint, "tester: wrong usage: " + what + ". Fix: see tester --help\n");
    EXPECT_EQ(program.printed, "");
  }
}

TEST(CommandLine, RefusesWhatItDoesNotKnow) {
  for (const char* const argument : {"--unknown", "surplus"}) {
    Program program;
    EXPECT_EQ(program.run({argument}), kUsage);
    EXPECT_EQ(std::count(program.complaint.begin(), program.complaint.end(), '\n'), 1);
    EXPECT_NE(program.complaint.find(argument), std::string::npos) << program.complaint;
  }
}

TEST(CommandLine, TellsTheFixOfAUsageError) {
  Program program;
  EXPECT_EQ(program.run({"--port", "7"}), kUsage);
  EXPECT_EQ(program.complaint, "tester: wrong usage: seven is taken. Fix: --port 8\n");
}

TEST(CommandLine, HelpsWithDefaults) {
  Program program;
  EXPECT_EQ(program.run({"--help"}), kSuccess);
  EXPECT_NE(program.printed.find("--port 0..65535=1"), std::string::npos) << program.printed;
  EXPECT_NE(program.printed.find("--colour red|blue=red"), std::string::npos) << program.printed;
  EXPECT_EQ(program.complaint, "");
}

TEST(CommandLine, KnowsItsVersion) {
  Program program;
  EXPECT_EQ(program.run({"--version"}), kSuccess);
  EXPECT_EQ(program.printed.rfind("tester ", 0), 0U) << program.printed;
}

TEST(Report, LeavesOutWhatIsEmpty) {
  testing::internal::CaptureStderr();
  report("p", "what", "why", "fix");
  report("p", "what", "", "");
  report("p", "what", "A sentence.", "fix");
  EXPECT_EQ(testing::internal::GetCapturedStderr(),
            "p: what: why. Fix: fix\np: what\np: what: A sentence. Fix: fix\n");
}

TEST(Resolve, TakesNumericAddressesAsTheyAre) {
  EXPECT_EQ(resolve("127.0.0.1", 80).value(), std::vector{Endpoint::loopback_v4(80)});
  EXPECT_EQ(resolve("::1", 80).value(), std::vector{Endpoint::loopback_v6(80)});
}

TEST(Resolve, FailsInWords) {
  const auto endpoints = resolve("no host has such a name", 80);
  ASSERT_FALSE(endpoints);
  EXPECT_FALSE(endpoints.error().message().empty());
}

}  // namespace
}  // namespace halo::command_line
