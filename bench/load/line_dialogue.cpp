#include "bench/load/line_dialogue.hpp"

#include <utility>

#include "bench/error_counts.hpp"
#include "reactor/check.hpp"

namespace halo::bench::load {

LineDialogue::LineDialogue(std::shared_ptr<const QuestionText> question, std::string until,
                           Match match, std::shared_ptr<AnswerCheck> check)
    : question_(std::move(question)),
      until_(std::move(until)),
      match_(match),
      check_(std::move(check)) {
  HALO_CHECK(!until_.empty(), "an answer has an end");
}

Reply LineDialogue::read(std::string_view unread, std::uint64_t number) {
  // Searched once, however a long answer trickles in.
  const std::size_t at = unread.find(until_, searched_);
  if (at == std::string_view::npos) {
    searched_ = unread.size() >= until_.size() ? unread.size() - until_.size() + 1 : 0;
    return {};
  }
  searched_ = 0;
  const std::size_t end = at + until_.size();
  const std::string_view answer = unread.substr(0, end);
  const bool right =
      (match_ == Match::kOrder || QuestionText::has_number(answer, number)) && check_->fits(answer);
  return {end, true, false, right ? std::string_view{} : kWrongAnswer};
}

Reply LineDialogue::end(std::uint64_t /*number*/) { return {}; }

}  // namespace halo::bench::load
