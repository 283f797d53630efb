#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include "reactor/time.hpp"

namespace halo {

/// The questions that a client asked over datagrams, in their order, and what became of them. Pure:
/// no socket, no clock. A question has a number, from 1 on: two with the same name are two.
///
///   state      event                      then
///   ----------------------------------------------
///   open       its answer                 answered
///   open       another reply              open, and the first such reply is kept
///   open       given up                   missing
///
/// 1. Answers come out in the order of the questions: one waits for those before it.
/// 2. What came out is forgotten; of the missing ones a few are kept by name, and all are counted.
class AnswerBook {
 public:
  /// Missing names that are told by name; a line on a terminal has no room for more.
  static constexpr std::size_t kNamedMax = 8;

  /// Returns the number of the new question.
  std::size_t ask(std::string name);

  /// The name of a question that has not come out.
  const std::string& name(std::size_t number) const { return at(number).name; }

  /// Whether `reply` is the answer to question `number`, which must be open.
  bool take_reply(std::size_t number, std::string_view reply);

  /// Question `number`, which must be open, will not be answered.
  void give_up(std::size_t number);

  /// The next answer in order; empty: there is none yet.
  std::optional<std::string> next_answer();

  std::size_t asked() const noexcept { return first_ + questions_.size() - 1; }
  std::size_t answered() const noexcept { return answered_; }
  std::size_t missing() const noexcept { return missing_; }
  /// How many were given up since the last answer.
  std::size_t missing_in_a_row() const noexcept { return missing_in_a_row_; }
  /// Questions that have not come out.
  std::size_t kept() const noexcept { return questions_.size(); }

  /// "name 2 'Bond', name 4 'alpha' and 3 more", for people: long names clipped, control bytes
  /// escaped.
  std::string missing_names() const;
  /// Whether one of the missing names reads `Hello, …!`, which servers leave unanswered.
  bool missing_reads_as_answer() const noexcept { return missing_reads_as_answer_; }
  /// The first reply that was no answer, for people; empty: there was none.
  const std::string& stranger() const noexcept { return stranger_; }

 private:
  enum class State : std::uint8_t { kOpen, kAnswered, kMissing };
  struct Question {
    std::string name;
    State state = State::kOpen;
  };

  const Question& at(std::size_t number) const;
  Question& open_at(std::size_t number);

  std::deque<Question> questions_;
  std::size_t first_ = 1;  // the number of the front one
  std::size_t answered_ = 0;
  std::size_t missing_ = 0;
  std::size_t missing_in_a_row_ = 0;
  bool missing_reads_as_answer_ = false;
  std::string named_;
  std::string stranger_;
};

/// How long to wait for an answer after the try `tries_before` (0: the first) of `retries` + 1:
/// each time twice as long, `timeout` in all.
constexpr Duration wait_after_try(Duration timeout, std::size_t retries,
                                  std::size_t tries_before) noexcept {
  const Duration unit = timeout / ((Duration::rep{2} << retries) - 1);
  return unit * (Duration::rep{1} << tries_before);
}
/// So that the shortest wait of a common time-out is some milliseconds still.
inline constexpr std::size_t kRetriesMax = 10;

}  // namespace halo
