#include "bench/load/answer_check.hpp"

#include <regex.h>

#include <array>
#include <utility>

namespace halo::bench::load {

// Not std::regex: that recurses for each byte of a long answer.
struct AnswerCheck::Pattern {
  Pattern() = default;
  Pattern(const Pattern&) = delete;
  Pattern& operator=(const Pattern&) = delete;
  ~Pattern() {
    if (compiled) {
      ::regfree(&expression);
    }
  }

  regex_t expression{};
  bool compiled = false;
};

AnswerCheck::AnswerCheck() = default;
AnswerCheck::AnswerCheck(AnswerCheck&&) noexcept = default;
AnswerCheck& AnswerCheck::operator=(AnswerCheck&&) noexcept = default;
AnswerCheck::~AnswerCheck() = default;

AnswerCheck AnswerCheck::compile(const std::string& pattern, std::string& why) {
  AnswerCheck check;
  auto made = std::make_unique<Pattern>();
  const int error = ::regcomp(&made->expression, pattern.c_str(), REG_EXTENDED | REG_NOSUB);
  if (error != 0) {
    std::array<char, 128> text{};
    (void)::regerror(error, &made->expression, text.data(), text.size());
    why = text.data();
    return check;
  }
  made->compiled = true;
  check.pattern_ = std::move(made);
  return check;
}

bool AnswerCheck::fits(std::string_view answer) {
  if (!pattern_ || (any_right_ && answer == last_right_)) {
    return true;
  }
  if (answer.size() > kBytesMax) {
    return false;
  }
  std::string text(answer);
  if (::regexec(&pattern_->expression, text.c_str(), 0, nullptr, 0) != 0) {
    return false;
  }
  last_right_ = std::move(text);
  any_right_ = true;
  return true;
}

}  // namespace halo::bench::load
