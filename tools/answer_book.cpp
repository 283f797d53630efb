#include "tools/answer_book.hpp"

#include <utility>

#include <fmt/format.h>

#include "protocols/hello/datagram_codec.hpp"
#include "reactor/check.hpp"
#include "servers/process.hpp"

namespace halo {
namespace {

constexpr std::size_t kShownBytesMax = 40;

std::string answer_to(std::string_view name) {
  std::string answer;
  for (const std::string_view part : hello::answer_parts(name)) {
    answer += part;
  }
  return answer;
}

bool continues_utf8(char c) noexcept { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

/// `text` as people can read it, in quotes.
std::string shown(std::string_view text) {
  std::string_view part = text.substr(0, kShownBytesMax);
  if (part.size() < text.size() && continues_utf8(text[part.size()])) {  // no half a character
    while (!part.empty() && continues_utf8(part.back())) {
      part.remove_suffix(1);
    }
    part.remove_suffix(part.empty() ? 0 : 1);
  }
  return fmt::format("'{}{}'", process::escape_control_bytes(part),
                     part.size() < text.size() ? "..." : "");
}

}  // namespace

std::size_t AnswerBook::ask(std::string name) {
  questions_.push_back({std::move(name)});
  return asked();
}

const AnswerBook::Question& AnswerBook::at(std::size_t number) const {
  HALO_CHECK(number >= first_, "a question that has come out is forgotten");
  HALO_CHECK(number <= asked(), "a question was asked");
  return questions_[number - first_];
}

AnswerBook::Question& AnswerBook::open_at(std::size_t number) {
  HALO_CHECK(at(number).state == State::kOpen, "a question ends once");
  return questions_[number - first_];
}

bool AnswerBook::take_reply(std::size_t number, std::string_view reply) {
  Question& question = open_at(number);
  if (reply != answer_to(question.name)) {
    if (stranger_.empty()) {
      stranger_ = shown(reply);
    }
    return false;
  }
  question.state = State::kAnswered;
  ++answered_;
  missing_in_a_row_ = 0;
  return true;
}

void AnswerBook::give_up(std::size_t number) {
  Question& question = open_at(number);
  question.state = State::kMissing;
  if (missing_ < kNamedMax) {
    named_ += fmt::format("{}name {} {}", named_.empty() ? "" : ", ", number, shown(question.name));
  }
  ++missing_;
  ++missing_in_a_row_;
  missing_reads_as_answer_ = missing_reads_as_answer_ || hello::has_form_of_answer(question.name);
}

std::optional<std::string> AnswerBook::next_answer() {
  while (!questions_.empty() && questions_.front().state != State::kOpen) {
    const Question question = std::move(questions_.front());
    questions_.pop_front();
    ++first_;
    if (question.state == State::kAnswered) {
      return answer_to(question.name);
    }
  }
  return std::nullopt;
}

std::string AnswerBook::missing_names() const {
  return missing_ > kNamedMax ? fmt::format("{} and {} more", named_, missing_ - kNamedMax)
                              : named_;
}

}  // namespace halo
