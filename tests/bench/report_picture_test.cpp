#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "bench/report/summary_picture.hpp"
#include "tests/bench/report_results.hpp"

namespace halo::bench {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

TEST(ReportPicture, StandsAlone) {
  const std::string svg = summary_picture(made_up_results({}), {"hello-bench", "--rounds", "9"});
  EXPECT_THAT(svg, StartsWith("<svg xmlns=\"http://www.w3.org/2000/svg\""));
  EXPECT_THAT(svg, ContainsRegex(">commit [^ ]+: hello-bench --rounds 9<"));
  EXPECT_THAT(svg, HasSubstr("<g id=\"k0\">"));
  EXPECT_THAT(svg, HasSubstr("prefers-color-scheme:dark"));
}

TEST(ReportPicture, ANameCannotInject) {
  const std::string svg = summary_picture(made_up_results_with("<script>"), {"hello-bench"});
  EXPECT_THAT(svg, Not(HasSubstr("<script")));
  EXPECT_THAT(svg, HasSubstr("&lt;script&gt;"));
}

TEST(ReportPicture, OneLoadIsNoCurve) {
  EXPECT_EQ(summary_picture(made_up_results({.connections = {64}}), {"hello-bench"}), "");
}

}  // namespace
}  // namespace halo::bench
