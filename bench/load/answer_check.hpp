#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace halo::bench::load {

/// What an answer must look like: an extended regular expression of POSIX that fits somewhere in
/// it, or nothing at all. *Thread:* one; make one for each.
class AnswerCheck {
 public:
  /// Longer answers cannot be checked: memory has a bound.
  static constexpr std::size_t kBytesMax = std::size_t{1} << 20;

  /// Every answer is right.
  AnswerCheck();
  AnswerCheck(AnswerCheck&&) noexcept;
  AnswerCheck& operator=(AnswerCheck&&) noexcept;
  ~AnswerCheck();

  /// `why` says what is wrong with the pattern, if it is. *See:* regex(7).
  static AnswerCheck compile(const std::string& pattern, std::string& why);

  /// Whether there is anything to check.
  bool wants_bytes() const noexcept { return pattern_ != nullptr; }

  /// A zero byte ends what is looked at. Costs a comparison where the answer is the last right one.
  bool fits(std::string_view answer);

 private:
  struct Pattern;

  std::unique_ptr<Pattern> pattern_;
  std::string last_right_;
  bool any_right_ = false;
};

}  // namespace halo::bench::load
