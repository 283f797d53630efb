// The cases in cases/*.md: each a block of bytes and a block of the events that they must give,
// whole, byte by byte, and cut in two at every place.
//
//     # Title
//     ```response to=HEAD eof head_bytes_max=64
//     HTTP/1.1 200 OK\r\n
//     \r\n
//     ```
//     ```events
//     head HTTP/1.1 200 "OK", no body, keep-alive
//     complete
//     ```
//
// Line breaks in a block of bytes are for the eye only; \r \n \t \\ \xNN are bytes. Behind
// `response` or `request`: to=HEAD, to=CONNECT; eof, the peer closes behind the bytes; the limits.

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <map>
#include <numeric>
#include <ostream>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "tests/protocols/http/event_log.hpp"

namespace halo::http {
namespace {

struct Case {
  std::string title;
  bool request = false;
  ResponseScript script;
  std::string bytes;
  std::string events;

  friend std::ostream& operator<<(std::ostream& out, const Case& one) { return out << one.title; }
};

void set_limit(ParserLimits& limits, const std::string& name, std::size_t value) {
  const std::map<std::string, std::size_t*> sizes = {
      {"head_bytes_max", &limits.head_bytes_max},
      {"line_bytes_max", &limits.line_bytes_max},
      {"fields_max", &limits.fields_max},
      {"trailers_bytes_max", &limits.trailers_bytes_max},
      {"chunk_extension_bytes_max", &limits.chunk_extension_bytes_max},
      {"interims_max", &limits.interims_max}};
  if (name == "body_bytes_max") {
    limits.body_bytes_max = value;
  } else {
    *sizes.at(name) = value;
  }
}

void read_word(const std::string& word, Case& one) {
  if (word == "request" || word == "response") {
    one.request = word == "request";
  } else if (word == "eof") {
    one.script.ends = true;
  } else if (word == "to=HEAD") {
    one.script.answer_to = AnswerTo::kHead;
  } else if (word == "to=CONNECT") {
    one.script.answer_to = AnswerTo::kConnect;
  } else {
    const std::size_t equals = word.find('=');
    set_limit(one.script.limits, word.substr(0, equals), std::stoul(word.substr(equals + 1)));
  }
}

std::string read_block(std::istream& file) {
  std::string block;
  for (std::string line; std::getline(file, line) && line != "```";) {
    block += line + "\n";
  }
  return block;
}

std::vector<Case> read_cases() {
  std::vector<Case> cases;
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(HALO_HTTP_CASES)) {
    paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  for (const std::filesystem::path& path : paths) {
    std::ifstream file(path);
    std::string title;
    for (std::string line; std::getline(file, line);) {
      if (line.starts_with("#")) {
        title = path.stem().string() + line.substr(line.find(' '));
      } else if (line == "```events") {
        cases.back().events = read_block(file);
      } else if (line.starts_with("```")) {
        Case& one = cases.emplace_back();
        one.title = title;
        std::istringstream words(line.substr(3));
        for (std::string word; words >> word;) {
          read_word(word, one);
        }
        one.bytes = unescaped(read_block(file));
      }
    }
  }
  return cases;
}

std::string read(const Case& one, const Cuts& cuts) {
  return one.request ? read_requests(one.bytes, cuts, one.script.limits, one.script.ends)
                     : read_response(one.bytes, cuts, one.script);
}

class ParserCases : public ::testing::TestWithParam<Case> {};

TEST_P(ParserCases, GivesTheSameEventsHoweverItIsCut) {
  const Case& one = GetParam();
  EXPECT_EQ(read(one, {}), one.events);
  Cuts everywhere(one.bytes.size());
  std::iota(everywhere.begin(), everywhere.end(), 0);
  EXPECT_EQ(read(one, everywhere), one.events) << "byte by byte";
  for (std::size_t cut = 0; cut <= one.bytes.size(); ++cut) {
    ASSERT_EQ(read(one, {cut}), one.events) << "cut behind byte " << cut;
  }
}

std::string name_of(const ::testing::TestParamInfo<Case>& info) {
  std::string name;
  for (const char c : info.param.title) {
    name += std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
  }
  return name;
}

INSTANTIATE_TEST_SUITE_P(, ParserCases, ::testing::ValuesIn(read_cases()), name_of);

}  // namespace
}  // namespace halo::http
