#include <vector>

#include <gtest/gtest.h>

#include "bench/load/answer_check.hpp"
#include "bench/load/dialogue.hpp"
#include "bench/load/http_dialogue.hpp"
#include "bench/load/line_dialogue.hpp"

namespace halo::bench::load {
namespace {

std::shared_ptr<AnswerCheck> check_for(const std::string& pattern) {
  std::string why;
  return std::make_shared<AnswerCheck>(AnswerCheck::compile(pattern, why));
}

/// What each answer in `stream` turns out to be, "" where it is right; "..." for one that is not
/// whole, "end" where the dialogue wants no more. Fed in two pieces, cut at `cut`; what is not
/// consumed comes again with the rest behind it, as Connection has it.
std::vector<std::string> read(Dialogue& dialogue, std::string_view stream, std::size_t cut) {
  std::vector<std::string> outcomes;
  std::size_t consumed = 0;
  dialogue.restart();
  for (const std::size_t until : {cut, stream.size()}) {
    while (consumed < until) {
      const Reply reply = dialogue.read(stream.substr(consumed, until - consumed), 7);
      consumed += reply.consumed;
      if (!reply.fault.empty() || reply.complete) {
        outcomes.emplace_back(reply.fault);
      }
      if (reply.last) {
        outcomes.emplace_back("end");
        return outcomes;
      }
      if (!reply.complete) {
        break;
      }
    }
  }
  if (consumed < stream.size()) {
    outcomes.emplace_back("...");
  }
  return outcomes;
}

void expect_for_every_split(Dialogue& dialogue, std::string_view stream,
                            const std::vector<std::string>& outcomes) {
  for (std::size_t cut = 0; cut <= stream.size(); ++cut) {
    EXPECT_EQ(read(dialogue, stream, cut), outcomes) << "cut at " << cut;
  }
}

std::shared_ptr<const QuestionText> question(std::string_view text) {
  return std::make_shared<const QuestionText>(text);
}

TEST(LoadQuestionText, ANumberHasItsPlaceAndItsWidth) {
  const QuestionText text("a{n}b{n}\n");
  EXPECT_TRUE(text.has_number());
  std::string out = "before ";
  text.append(0x2a, out);
  EXPECT_EQ(out, "before a000000000000002ab000000000000002a\n");
  EXPECT_EQ(text.size(), 35U);
  EXPECT_FALSE(QuestionText("{m}").has_number());
}

TEST(LoadQuestionText, ANumberIsFoundAmongOtherDigits) {
  std::vector<std::uint64_t> found;
  EXPECT_FALSE(QuestionText::any_number("x00000000000000002a, ffff", [&found](std::uint64_t one) {
    found.push_back(one);
    return false;
  }));
  EXPECT_EQ(found, (std::vector<std::uint64_t>{0, 2, 0x2a}));
  EXPECT_TRUE(
      QuestionText::any_number("000000000000002a", [](std::uint64_t one) { return one == 42; }));
  EXPECT_FALSE(QuestionText::any_number("00000000000002a", [](std::uint64_t) { return true; }));
}

TEST(LoadQuestionText, Escapes) {
  EXPECT_EQ(unescape(R"(a\n\r\t\\\x41\0)"), std::string("a\n\r\t\\A\0", 7));
  for (const char* const text : {"\\", "\\q", "\\x4", "\\xgg"}) {
    EXPECT_FALSE(unescape(text)) << text;
  }
}

TEST(LoadAnswerCheck, APatternFitsSomewhere) {
  const std::shared_ptr<AnswerCheck> check = check_for("^(a|b)+$");
  for (int i = 0; i < 2; ++i) {  // the second time the last right one is remembered
    EXPECT_TRUE(check->fits("abab"));
    EXPECT_FALSE(check->fits("abac"));
    EXPECT_FALSE(check->fits(""));
  }
  EXPECT_FALSE(check->fits(std::string(AnswerCheck::kBytesMax + 1, 'a')));
  EXPECT_TRUE(AnswerCheck().fits("anything"));
  std::string why;
  (void)AnswerCheck::compile("(", why);
  EXPECT_FALSE(why.empty());
}

TEST(LoadLineDialogue, AnAnswerEndsWithItsEndHoweverItTrickles) {
  LineDialogue dialogue(question("q\n"), "\r\n", Match::kOrder, check_for("^(one|two)"));
  expect_for_every_split(dialogue, "one\r\ntwo\nstill\r\nthree\r\n\r\r\none",
                         {"", "", "wrong answer", "wrong answer", "..."});
  std::string asked;
  dialogue.ask(1, asked);
  EXPECT_EQ(asked, "q\n");
}

TEST(LoadLineDialogue, AnAnswerToAnotherQuestionIsWrong) {
  LineDialogue dialogue(question("{n}"), "\n", Match::kNumber, check_for(""));
  expect_for_every_split(dialogue, "hi 0000000000000007!\nhi 0000000000000008!\n",
                         {"", "wrong answer"});
}

#if HALO_TEST_HTTP
TEST(LoadHttpDialogue, ReadsOneAnswerAfterTheOther) {
  const std::unique_ptr<Dialogue> dialogue =
      make_http_dialogue(question("x"), false, Statuses::kGood, check_for("^hello"));
  expect_for_every_split(
      *dialogue,
      "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n"
      "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nbye"
      "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
      "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello",
      {"", "", "wrong answer", "answered 404", "", "end"});
}

TEST(LoadHttpDialogue, WhatIsNotHttpEndsTheConnection) {
  const std::unique_ptr<Dialogue> dialogue =
      make_http_dialogue(question("x"), false, Statuses::kAny, std::make_shared<AnswerCheck>());
  const std::vector<std::string> outcomes = read(*dialogue, "Welcome!\n and more", 0);
  ASSERT_EQ(outcomes.size(), 2U);
  EXPECT_TRUE(outcomes[0].starts_with("not HTTP: ")) << outcomes[0];
  EXPECT_EQ(outcomes[1], "end");
}

TEST(LoadHttpDialogue, ABodyMayLastUntilTheClose) {
  const std::unique_ptr<Dialogue> dialogue =
      make_http_dialogue(question("x"), false, Statuses::kGood, check_for("^all$"));
  dialogue->restart();
  EXPECT_FALSE(dialogue->read("HTTP/1.1 200 OK\r\n\r\nall", 1).complete);
  const Reply reply = dialogue->end(1);
  EXPECT_TRUE(reply.complete);
  EXPECT_TRUE(reply.last);
  EXPECT_EQ(reply.fault, "");
}

TEST(LoadHttpDialogue, TheAnswerToHeadHasNoBody) {
  const std::unique_ptr<Dialogue> dialogue =
      make_http_dialogue(question("x"), true, Statuses::kGood, std::make_shared<AnswerCheck>());
  expect_for_every_split(*dialogue,
                         "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"
                         "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n",
                         {"", ""});
}

TEST(LoadHttpDialogue, ARequestIsWrittenOnceAndItsNumbersHaveRoom) {
  std::string why;
  const std::optional<HttpTarget> target = make_http_target(
      {.url = "localhost:8080/{n}", .method = "POST", .headers = {{"X", "y"}}, .body = "b{n}"},
      why);
  ASSERT_TRUE(target) << why;
  EXPECT_EQ(target->port, 8080);
  EXPECT_EQ(target->request,
            "POST /{n} HTTP/1.1\r\nHost: localhost:8080\r\nX: y\r\nContent-Length: 17\r\n\r\nb{n}");
  for (const char* const url : {"https://localhost", "ftp://x", "http://", "http://a b"}) {
    why.clear();
    EXPECT_FALSE(make_http_target({.url = url, .method = "GET", .headers = {}, .body = ""}, why));
    EXPECT_FALSE(why.empty()) << url;
  }
  EXPECT_FALSE(make_http_target(
      {.url = "http://x", .method = "GET", .headers = {{"X", "a\r\nY: b"}}, .body = ""}, why));
}
#endif

}  // namespace
}  // namespace halo::bench::load
