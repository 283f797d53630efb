#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "bench/load/answer_check.hpp"
#include "bench/load/dialogue.hpp"
#include "bench/load/question_text.hpp"

namespace halo::bench::load {

/// How answers find their questions.
enum class Match : std::uint8_t {
  kOrder,   ///< they come in the order of the questions
  kNumber,  ///< each has the number of its question in it
};

/// Any protocol of lines, or of whatever ends in a fixed text: the question is sent as it is, and
/// the answer is everything up to and with `until`. See Dialogue.
class LineDialogue final : public Dialogue {
 public:
  /// Question and check are shared by all connections of a loop. `until` is not empty. With kNumber
  /// an answer without its question's number is wrong.
  LineDialogue(std::shared_ptr<const QuestionText> question, std::string until, Match match,
               std::shared_ptr<AnswerCheck> check);

  void restart() override { searched_ = 0; }
  void ask(std::uint64_t number, std::string& out) override { question_->append(number, out); }
  Reply read(std::string_view unread, std::uint64_t number) override;
  Reply end(std::uint64_t number) override;

 private:
  const std::shared_ptr<const QuestionText> question_;
  const std::string until_;
  const Match match_;
  const std::shared_ptr<AnswerCheck> check_;
  std::size_t searched_ = 0;  // bytes of `unread` in which no `until` begins
};

}  // namespace halo::bench::load
