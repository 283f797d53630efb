// Heads and bodies put together, and damaged, at random: what comes out must not depend on how the
// bytes were cut. HALO_TEST_SEED repeats a run.

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "tests/protocols/http/event_log.hpp"
#include "tests/support/seed.hpp"

namespace halo::http {
namespace {

constexpr int kRounds = 20'000;

constexpr std::array<std::string_view, 40> kWords = {"HTTP/1.1 200 OK\r\n",
                                                     "HTTP/1.0 200 OK\r\n",
                                                     "HTTP/1.1 100 \r\n\r\n",
                                                     "HTTP/1.1 204\r\n",
                                                     "GET / HTTP/1.1\r\n",
                                                     "POST /a?b HTTP/1.1\r\n",
                                                     "HEAD * HTTP/1.0\r\n",
                                                     "Host: a\r\n",
                                                     "Content-Length: 5\r\n",
                                                     "Content-Length:",
                                                     "Transfer-Encoding: chunked\r\n",
                                                     "Transfer-Encoding:",
                                                     "chunked",
                                                     "gzip",
                                                     "Connection: close\r\n",
                                                     "Connection: keep-alive\r\n",
                                                     "Upgrade: x\r\n",
                                                     "Expect: 100-continue\r\n",
                                                     "X: y\r\n",
                                                     "\r\n",
                                                     "\r\n\r\n",
                                                     "\n",
                                                     "\r",
                                                     " ",
                                                     "\t",
                                                     ":",
                                                     ",",
                                                     ";",
                                                     "5\r\nhello\r\n",
                                                     "3;x=y\r\nabc\r\n",
                                                     "0\r\n",
                                                     "0\r\n\r\n",
                                                     "a",
                                                     "hello",
                                                     "\x80",
                                                     "Connection: upgrade\r\n",
                                                     "1\r\n",
                                                     "HTTP/1.1",
                                                     "18446744073709551616",
                                                     "-1"};

class Maker {
 public:
  std::size_t below(std::size_t end) { return random_.below(end); }

  std::string message(bool request) {
    std::string text(kWords.at(request ? 4 + below(3) : below(4)));
    if (request) {
      text += "Host: a\r\n";
    }
    for (std::size_t i = below(6); i > 0; --i) {
      text += kWords.at(7 + below(12));
    }
    text += "\r\n";
    for (std::size_t i = below(8); i > 0; --i) {
      text += kWords.at(below(2) == 0 ? 28 + below(6) : below(kWords.size()));
    }
    if (below(3) == 0) {
      text.insert(below(text.size()), kWords.at(below(kWords.size())));
    }
    if (below(3) == 0) {
      text.at(below(text.size())) = static_cast<char>(below(256));
    }
    return text;
  }

  Cuts cuts(std::size_t bytes) {
    Cuts cuts(below(5));
    std::ranges::generate(cuts, [&] { return below(bytes + 1); });
    std::ranges::sort(cuts);
    return cuts;
  }

 private:
  test::Random random_{test::seed()};
};

TEST(ParserRandom, ResponsesDoNotDependOnTheCuts) {
  Maker maker;
  for (int i = 0; i < kRounds; ++i) {
    const std::string text = maker.message(false);
    const ResponseScript script{
        maker.below(4) == 0 ? AnswerTo::kHead : AnswerTo::kOther, maker.below(2) == 0, {}};
    const std::string whole = read_response(text, {}, script);
    ASSERT_EQ(read_response(text, maker.cuts(text.size()), script), whole) << escaped(text);
  }
}

TEST(ParserRandom, RequestsDoNotDependOnTheCuts) {
  Maker maker;
  for (int i = 0; i < kRounds; ++i) {
    const std::string text = maker.message(true) + maker.message(true);
    const std::string whole = read_requests(text, {}, {}, true);
    ASSERT_EQ(read_requests(text, maker.cuts(text.size()), {}, true), whole) << escaped(text);
  }
}

TEST(ParserRandom, PlainRequestsAreWhatTheParserReads) {
  Maker maker;
  int plain_ones = 0;
  for (int i = 0; i < kRounds; ++i) {
    const std::string text = maker.message(true);
    const auto [plain, parsed] = read_plain_request(text, {});
    if (!plain.empty()) {
      ASSERT_EQ(plain, parsed) << escaped(text);
      ++plain_ones;
    }
  }
  EXPECT_GT(plain_ones, kRounds / 100);
}

}  // namespace
}  // namespace halo::http
