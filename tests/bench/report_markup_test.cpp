#include <gtest/gtest.h>

#include "bench/report/markup.hpp"
#include "bench/report/table.hpp"

namespace halo::bench::report {
namespace {

TEST(ReportMarkup, NothingThatMeansSomethingToABrowserStays) {
  EXPECT_EQ(escape("<a href=\"x\" id='y'>&amp;"),
            "&lt;a href=&quot;x&quot; id=&#39;y&#39;&gt;&amp;amp;");
}

TEST(ReportMarkup, LettersOfAllLanguagesStay) {
  EXPECT_EQ(escape("Grüße, 日本 🙂"), "Grüße, 日本 🙂");
}

TEST(ReportMarkup, BrokenTextIsShownAsBroken) {
  constexpr const char* kReplaced =
      "a\xEF\xBF\xBD"
      "b";
  EXPECT_EQ(escape("a\x01"
                   "b"),
            kReplaced);
  EXPECT_EQ(escape("a\xFF"
                   "b"),
            kReplaced);
  EXPECT_EQ(escape("a\xC3"
                   "b"),
            kReplaced);
  EXPECT_EQ(escape("\xED\xA0\x80"), "\xEF\xBF\xBD") << "a surrogate";
  EXPECT_EQ(escape("\xE0\x80\xBC"), "\xEF\xBF\xBD") << "an overlong <";
  EXPECT_EQ(escape("\xE6\x97"), "\xEF\xBF\xBD\xEF\xBF\xBD") << "cut off";
}

TEST(ReportMarkup, LongTextIsShortened) {
  EXPECT_EQ(shorten("reactor", 7), "reactor");
  EXPECT_EQ(shorten("reactors", 7), "reacto…");
  EXPECT_EQ(shorten("日本語", 5), "日本…");
}

TEST(ReportMarkup, CoordinatesAreShort) {
  EXPECT_EQ(number(12), "12");
  EXPECT_EQ(number(12.345), "12.3");
  EXPECT_EQ(number(-0.01), "0");
  EXPECT_EQ(path_through({{1, 2}, {3.5, 4}}), "M1 2l2.5 2");
  EXPECT_EQ(path_through({{5, 5}, {4.5, 6}, {4.6, 2}}), "M5 5l-.5 1 .1-4");
}

TEST(ReportMarkup, APathLeavesOutWhatNobodyWouldSee) {
  EXPECT_EQ(path_through({{0, 10}, {10, 10.3}, {20, 9.7}, {30, 10}}), "M0 10l30 0");
  EXPECT_EQ(path_through({{0, 0}, {10, 0.2}, {20, 8}, {30, 0}}), "M0 0l10 .2 10 7.8 10-8");
}

TEST(ReportTables, CellsAreEscaped) {
  const std::string html = html_table({{"model"}, {{"<b>"}}});
  EXPECT_NE(html.find("<th scope=\"row\">&lt;b&gt;</th>"), std::string::npos) << html;
}

TEST(ReportTables, ACellOfMarkdownCannotEndItsColumnOrLine) {
  EXPECT_EQ(markdown_table({{"model", "x"}, {{"a|b\nc", "<b>`1`"}}}),
            "| model | x |\n| --- | ---: |\n| a\\|b c | \\<b\\>\\`1\\` |\n");
}

}  // namespace
}  // namespace halo::bench::report
