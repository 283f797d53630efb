#include <sstream>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/temporary_folder.hpp"
#include "tests/tools/files.hpp"
#include "tools/httpget/options.hpp"

namespace halo::httpget {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

const std::string kUrl = "http://a/";

struct Parsed {
  std::variant<Options, int> outcome;
  std::string printed;
  std::string complaint;

  const Options& options() const { return std::get<Options>(outcome); }
  int code() const { return std::holds_alternative<int>(outcome) ? std::get<int>(outcome) : -1; }
};

Parsed parse(const std::vector<std::string>& arguments) {
  std::vector<const char*> argv = {"httpget"};
  for (const std::string& argument : arguments) {
    argv.push_back(argument.c_str());
  }
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  Parsed parsed;
  parsed.outcome = parse_options(static_cast<int>(argv.size()), argv.data());
  parsed.printed = testing::internal::GetCapturedStdout();
  parsed.complaint = testing::internal::GetCapturedStderr();
  return parsed;
}

/// What is expected to be right.
Options options_of(const std::vector<std::string>& arguments) {
  const Parsed parsed = parse(arguments);
  EXPECT_EQ(parsed.code(), -1) << parsed.complaint;
  return parsed.code() == -1 ? parsed.options() : Options{};
}

TEST(HttpgetOptions, AddressInBracketsKeepsThem) {
  EXPECT_THAT(options_of({"[::1]", "[::2]"}).urls, ElementsAre("[::1]/", "[::2]/"));
  EXPECT_THAT(options_of({"[::1]:80", "http://[::1]"}).urls,
              ElementsAre("[::1]:80", "http://[::1]"));
  const Options options = options_of({"-so", "[::1]", "--header", "A: b", "[::1]"});
  EXPECT_THAT(options.outputs, ElementsAre("[::1]")) << "an option's value is no URL";
  EXPECT_THAT(options.urls, ElementsAre("[::1]/"));
}

TEST(HttpgetOptions, HaveDefaults) {
  const Options options = options_of({kUrl});
  EXPECT_THAT(options.urls, ElementsAre(kUrl));
  EXPECT_EQ(options.naming, Naming::kByUrl);
  EXPECT_EQ(options.method, "GET");
  EXPECT_EQ(options.body, std::nullopt);
  EXPECT_TRUE(options.follow);
  EXPECT_EQ(options.redirects_max, 20U);
  EXPECT_EQ(options.parallel, 1U);
  EXPECT_EQ(options.retries, 0U);
  EXPECT_EQ(options.max_time, 0s);
  EXPECT_EQ(options.proxy, std::nullopt);
  EXPECT_FALSE(options.fail || options.insecure || options.resume || options.compressed);
  EXPECT_TRUE(options.complains());
}

TEST(HttpgetOptions, TakeOneValueEach) {
  const Options options =
      options_of({"-o", "a", kUrl, "-H", "A: b", "http://b/", "-o", "b", "-HC: d", "http://c/"});
  EXPECT_THAT(options.urls, ElementsAre(kUrl, "http://b/", "http://c/"));
  EXPECT_THAT(options.outputs, ElementsAre("a", "b"));
  ASSERT_EQ(options.headers.size(), 2U);
  EXPECT_EQ(options.headers[1].name, "C");
  EXPECT_EQ(options.headers[1].value, "d");
}

TEST(HttpgetOptions, MayBeWrittenAsCurlsAre) {
  const Options options = options_of({"-sSvfk4", "-XPUT", "-da=b", "-m", "3", "-Aw", kUrl, "-o-"});
  EXPECT_TRUE(options.silent && options.show_error && options.verbose && options.fail);
  EXPECT_TRUE(options.insecure && options.complains());
  EXPECT_EQ(options.family, Family::kIpv4);
  EXPECT_EQ(options.method, "PUT");
  EXPECT_EQ(options.body, "a=b");
  EXPECT_EQ(options.max_time, 3s);
  EXPECT_EQ(options.user_agent, "w");
  EXPECT_THAT(options.outputs, ElementsAre("-"));
}

TEST(HttpgetOptions, TakeValuesThatLookLikeOptions) {
  const Options options = options_of({"-d", "-1", "-A", "", "-x", "", "-u", "u:-p", kUrl});
  EXPECT_EQ(options.body, "-1");
  EXPECT_EQ(options.user_agent, "");
  EXPECT_EQ(options.proxy, "");
  EXPECT_EQ(options.user, "u:-p");
}

TEST(HttpgetOptions, DataMakesAPost) {
  EXPECT_EQ(options_of({"-d", "", kUrl}).method, "POST");
  EXPECT_EQ(options_of({"-d", "", kUrl}).body, "");
  const Options options = options_of({"-d", "a=1", "--data", "b=[2,3]", kUrl});
  EXPECT_EQ(options.method, "POST");
  EXPECT_EQ(options.body, "a=1&b=[2,3]");
}

TEST(HttpgetOptions, DataComesFromAFileWithoutItsLineEnds) {
  const test::TemporaryFolder folder;
  test::write_file(folder.path() + "/form", std::string("one\r\ntwo\n\0three", 15));
  EXPECT_EQ(options_of({"-d", "a", "-d", "@" + folder.path() + "/form", kUrl}).body,
            "a&onetwothree");
  const Parsed parsed = parse({"-d", "@" + folder.path() + "/none", kUrl});
  EXPECT_EQ(parsed.code(), 26);
  EXPECT_THAT(parsed.complaint, HasSubstr("/none': No such file or directory. Fix: "));
}

TEST(HttpgetOptions, HeadAsksForTheHead) {
  EXPECT_EQ(options_of({"-I", kUrl}).method, "HEAD");
  EXPECT_EQ(options_of({"-I", kUrl}).naming, Naming::kNowhere);
  EXPECT_EQ(options_of({"-X", "HEAD", kUrl}).naming, Naming::kNowhere);
}

TEST(HttpgetOptions, SayWhereBodiesGo) {
  EXPECT_EQ(options_of({"-O", kUrl}).naming, Naming::kSilent);
  EXPECT_EQ(options_of({"-i", kUrl}).naming, Naming::kStdout);
  EXPECT_EQ(options_of({"-i", "-O", kUrl}).naming, Naming::kSilent);
}

TEST(HttpgetOptions, ResumeFailsOnErrorsAndMayBeWrittenWithADash) {
  for (const std::vector<std::string>& arguments : std::vector<std::vector<std::string>>{
           {"-C", kUrl}, {"-C", "-", kUrl}, {"--continue", kUrl}, {"--continue-at", "-", kUrl}}) {
    const Options options = options_of(arguments);
    EXPECT_TRUE(options.resume && options.fail);
    EXPECT_THAT(options.urls, ElementsAre(kUrl));
  }
}

TEST(HttpgetOptions, RedirectsCanBeLeft) {
  EXPECT_FALSE(options_of({"--no-location", kUrl}).follow);
  EXPECT_TRUE(options_of({"-L", kUrl}).follow);
  EXPECT_TRUE(options_of({"--no-location", "-L", kUrl}).follow);
  EXPECT_FALSE(options_of({"--location", "--no-location", kUrl}).follow) << "the last one holds";
  EXPECT_EQ(options_of({"--max-redirs", "0", kUrl}).redirects_max, 0U);
}

TEST(HttpgetOptions, WrongOnesAreToldInOneLineWithAFix) {
  const std::vector<std::pair<std::vector<std::string>, std::string>> cases = {
      {{}, "no URL"},
      {{"-C", "-"}, "no URL"},
      {{"-o", "a", "-o", "b", kUrl}, "2 times -o, and 1 URL."},
      {{"-I", "-d", "x", kUrl}, "-I asks for a head"},
      {{"-I", "-X", "GET", kUrl}, "-I asks for a head"},
      {{"-X", "A B", kUrl}, "-X: 'A B' cannot be sent"},
      {{"-X", "CONNECT", kUrl}, "-X: 'CONNECT' cannot be sent"},
      {{"-X", "", kUrl}, "-X: '' cannot be sent"},
      {{"-4", "-6", kUrl}, "-4 and -6"},
      {{"-u", "user", kUrl}, "-u: no password"},
      {{"--json", "-o", "-", kUrl}, "--json and a body"},
      {{"--json", "-i", kUrl}, "--json and a body"},
      {{"-C", "-o", "-", kUrl}, "-C goes on"},
      {{"-C", "-d", "x", kUrl}, "-C goes on"},
      {{"-C", "--compressed", kUrl}, "-C goes on"},
      {{"-H", "no colon", kUrl}, "'no colon' is not 'NAME: VALUE'"},
      {{"-H", "A: b\r\nC: d", kUrl}, "'A: b\\x0d\\x0aC: d' is not 'NAME: VALUE'"},
      {{"-H", "A B: c", kUrl}, "is not 'NAME: VALUE'"},
      {{"-H", ": c", kUrl}, "is not 'NAME: VALUE'"},
      {{"--resolve", "a:80", kUrl}, "'a:80' is not HOST:PORT:ADDRESS"},
      {{"--resolve", "a:80:b", kUrl}, "'a:80:b' is not HOST:PORT:ADDRESS"},
      {{"--max-time", "soon", kUrl}, "'soon' is not a time"},
      {{"--max-time", "-1", kUrl}, "'-1' is not a time"},
      {{"--parallel", "0", kUrl}, "'0' is not 1..256"},
      {{"--max-redirs", "-1", kUrl}, "'-1' is not 0..100"},
      {{"--retry", kUrl}, "is not 0..1000"},
      {{"--unknown", kUrl}, "--unknown"},
  };
  for (const auto& [arguments, why] : cases) {
    const Parsed parsed = parse(arguments);
    EXPECT_EQ(parsed.code(), 2) << why;
    EXPECT_THAT(parsed.complaint, StartsWith("httpget: wrong usage: "));
    EXPECT_THAT(parsed.complaint, HasSubstr(why));
    EXPECT_THAT(parsed.complaint, HasSubstr(". Fix: "));
    EXPECT_EQ(parsed.complaint.find('\n'), parsed.complaint.size() - 1) << parsed.complaint;
  }
}

TEST(HttpgetOptions, HelpTellsEveryOptionAndEveryExitCode) {
  const Parsed parsed = parse({"--help"});
  EXPECT_EQ(parsed.code(), 0);
  EXPECT_THAT(parsed.complaint, IsEmpty());
  for (const char* const option :
       {"-o,--output",     "-O,--remote-name",  "-i,--include",    "-I,--head",
        "-X,--request",    "-d,--data",         "-H,--header",     "-u,--user",
        "-A,--user-agent", "-L,--location",     "--no-location",   "--max-redirs",
        "--max-time",      "--connect-timeout", "--retry",         "-C,--continue",
        "--compressed",    "--cacert",          "-k,--insecure",   "--resolve",
        "-4,--ipv4",       "-6,--ipv6",         "-x,--proxy",      "--parallel",
        "-f,--fail",       "-s,--silent",       "-S,--show-error", "-v,--verbose",
        "--json",          "--version",         "Examples:"}) {
    EXPECT_THAT(parsed.printed, HasSubstr(option));
  }
  for (const char* const code : {"   0 ", "   6 ", "   7 ", "  18 ", "  22 ", "  28 ", "  35 ",
                                 "  47 ", "  52 ", "  56 ", "  60 ", "128 + N"}) {
    EXPECT_THAT(parsed.printed, HasSubstr(code));
  }
}

TEST(HttpgetOptions, HelpIsReadByPeopleWhoDoNotKnowItsLibrary) {
  const std::string help = parse({"--help"}).printed;
  EXPECT_THAT(help, Not(HasSubstr("{false}")));
  EXPECT_THAT(help, Not(HasSubstr("TEXT")));
  EXPECT_THAT(help, HasSubstr("-o,--output FILE  ")) << "one, and not several at once";
  constexpr std::size_t kColumnsMax = 110;
  std::istringstream lines(help);
  for (std::string line; std::getline(lines, line);) {
    EXPECT_LE(line.size(), kColumnsMax) << line;
  }
}

TEST(ParseSeconds, TakesCurlsNumbersAndUnits) {
  EXPECT_EQ(parse_seconds("30"), 30s);
  EXPECT_EQ(parse_seconds("0.25"), 250ms);
  EXPECT_EQ(parse_seconds("0"), 0s);
  EXPECT_EQ(parse_seconds("10ms"), 10ms);
  EXPECT_EQ(parse_seconds("2m"), 2min);
  for (const char* const text : {"", "s", "-1", "1 s", "1e3", "x"}) {
    EXPECT_EQ(parse_seconds(text), std::nullopt) << text;
  }
}

TEST(ParseHeader, KnowsAValueAnEmptyOneAndNone) {
  EXPECT_EQ(parse_header("A: b: c ")->value, "b: c");
  EXPECT_EQ(parse_header("A:b")->value, "b");
  EXPECT_EQ(parse_header("A;")->value, "");
  EXPECT_EQ(parse_header("A;")->name, "A");
  EXPECT_EQ(parse_header("A:")->value, std::nullopt);
}

TEST(ParseResolve, TakesSeveralAddressesOfBothFamilies) {
  const auto resolve = parse_resolve("example.org:443:192.0.2.1,[2001:db8::1],2001:db8::2");
  ASSERT_TRUE(resolve);
  EXPECT_EQ(resolve->host, "example.org");
  EXPECT_EQ(resolve->port, 443);
  ASSERT_EQ(resolve->endpoints.size(), 3U);
  EXPECT_EQ(resolve->endpoints[0].to_string(), "192.0.2.1:443");
  EXPECT_EQ(resolve->endpoints[1].to_string(), "[2001:db8::1]:443");
  EXPECT_EQ(resolve->endpoints[2].to_string(), "[2001:db8::2]:443");
  for (const char* const text :
       {"", ":80:1.2.3.4", "a::1.2.3.4", "a:65536:1.2.3.4", "a:80:1.2.3.4,x", "a:x:1.2.3.4"}) {
    EXPECT_EQ(parse_resolve(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace halo::httpget
