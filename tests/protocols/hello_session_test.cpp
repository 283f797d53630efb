#include "protocols/hello/hello_session.hpp"

#include <initializer_list>
#include <string>
#include <string_view>

#include "reactor/limits.hpp"
#include "tests/protocols/hello_session_fixture.hpp"

namespace halo::hello::test {
namespace {

using namespace std::string_literals;

TEST_F(HelloSessionTest, WelcomesWhoConnects) {
  open();
  EXPECT_EQ(heard(), "Welcome!\n");
  EXPECT_FALSE(ended());
}

TEST_F(HelloSessionTest, AnswersEachLine) {
  open();
  say("Lambda\nBond\r\n\n");
  EXPECT_EQ(heard(), "Welcome!\nHello, Lambda!\nHello, Bond!\nHello, !\n");
  say("\0\xff\n"s);
  EXPECT_EQ(heard(), "Welcome!\nHello, Lambda!\nHello, Bond!\nHello, !\nHello, \0\xff!\n"s);
}

TEST_F(HelloSessionTest, AnswersALineThatComesByteByByte) {
  open();
  for (const char byte : "ab\r\ncd\n"s) {
    say({&byte, 1});
    (void)heard();
  }
  EXPECT_EQ(heard(), "Welcome!\nHello, ab!\nHello, cd!\n");
}

TEST_F(HelloSessionTest, AnswersMoreThanItGathersOnTheStack) {
  open();
  std::string lines;
  std::string answers = "Welcome!\n";
  for (const std::size_t size :
       std::initializer_list<std::size_t>{1, 100, 4000, 4096, 4097, 9000, 3, 20000}) {
    const std::string name(size, 'n');
    lines += name + "\n";
    answers += "Hello, " + name + "!\n";
  }
  say(lines);
  EXPECT_TRUE(hears(answers));
}

TEST_F(HelloSessionTest, ClosesOnExitWithoutAnAnswer) {
  open();
  say("a\nexit\nb\n");
  EXPECT_EQ(heard(), "Welcome!\nHello, a!\n");
  EXPECT_TRUE(ended());
}

TEST_F(HelloSessionTest, TakesOnlyTheWholeLineForExit) {
  open();
  say("exit \n exit\nEXIT\nexits\n");
  EXPECT_EQ(heard(), "Welcome!\nHello, exit !\nHello,  exit!\nHello, EXIT!\nHello, exits!\n");
  EXPECT_FALSE(ended());
}

TEST_F(HelloSessionTest, TellsThatALineIsTooLongAndCloses) {
  open({.line_bytes_max = 4});
  say("abcd\nabcde\nab\n");
  EXPECT_EQ(heard(), "Welcome!\nHello, abcd!\nError: line longer than 4 bytes\n");
  EXPECT_TRUE(ended());
}

TEST_F(HelloSessionTest, DoesNotWaitForTheEndOfALineThatIsTooLong) {
  open({.line_bytes_max = 4});
  say("abcde");
  EXPECT_EQ(heard(), "Welcome!\nError: line longer than 4 bytes\n");
  EXPECT_TRUE(ended());
}

TEST_F(HelloSessionTest, AnswersAnUnterminatedLastLine) {
  open();
  say("a\nlast");
  finish_saying();
  EXPECT_EQ(heard(), "Welcome!\nHello, a!\nHello, last!\n");
  EXPECT_TRUE(ended());
}

TEST_F(HelloSessionTest, TakesAnUnterminatedExitForOne) {
  open();
  say("exit");
  finish_saying();
  EXPECT_EQ(heard(), "Welcome!\n");
  EXPECT_TRUE(ended());
}

TEST_F(HelloSessionTest, TellsThatAnUnterminatedLineIsTooLong) {
  open({.line_bytes_max = 4});
  say("abcd\r");
  finish_saying();
  EXPECT_EQ(heard(), "Welcome!\nError: line longer than 4 bytes\n");
  EXPECT_TRUE(ended());
}

TEST_F(HelloSessionTest, ClosesWhenNothingWasSaid) {
  open();
  finish_saying();
  EXPECT_EQ(heard(), "Welcome!\n");
  EXPECT_TRUE(ended());
}

TEST_F(HelloSessionTest, TakesOneReadForAMessageWithChunks) {
  open({.framing = Framing::kChunk});
  EXPECT_EQ(heard(), "Welcome!");
  say("Lambda");
  EXPECT_EQ(heard(), "Welcome!Hello, Lambda!");
  say("two\nlines\n");
  EXPECT_EQ(heard(), "Welcome!Hello, Lambda!Hello, two\nlines\n!");
  say("exit");
  EXPECT_TRUE(ended());
}

TEST_F(HelloSessionTest, TakesAtMost1024BytesForAMessageWithChunks) {
  open({.framing = Framing::kChunk});
  const std::string a(1024, 'a');
  say(a + "b");
  finish_saying();
  EXPECT_EQ(heard(), "Welcome!Hello, " + a + "!Hello, b!");
  EXPECT_TRUE(ended());
}

TEST_F(HelloSessionTest, StopsAnsweringWhileThePeerDoesNotReadAndLosesNothing) {
  constexpr std::size_t kHighMark = 8 * 1024;
  open({}, {.unsent_high_mark_bytes = kHighMark});
  // The shortest lines, whose answers are nine times as long: those to one read are too many.
  const std::string stream(500'000, '\n');
  std::string answers = "Welcome!\n";
  for (std::size_t i = 0; i < stream.size(); ++i) {
    answers += "Hello, !\n";
  }

  std::string_view unsaid = stream;
  const auto say_more = [this, &unsaid] {
    const std::size_t said = halo::test::write_available(peer_.get(), unsaid);
    unsaid.remove_prefix(said);
    halo::test::run_while_busy(*loop_);
    return said > 0;
  };
  while (say_more()) {
  }
  EXPECT_FALSE(unsaid.empty()) << "the session read on although nobody takes its answers";
  const Connection* const connection = Connection::find(*loop_, connection_);
  ASSERT_NE(connection, nullptr);
  EXPECT_LE(connection->unsent_bytes(), limits::kGatherBytesMax);

  EXPECT_TRUE(halo::test::run_until(*loop_, [&] {
    (void)say_more();
    return heard().size() >= answers.size();
  }));
  EXPECT_TRUE(heard() == answers);
}

}  // namespace
}  // namespace halo::hello::test
