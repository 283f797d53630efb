#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace halo::httpget {

/// The terminal behind standard error and its last line, which is drawn again and again: plain
/// text and one control sequence, no colour. Elsewhere than on a terminal nothing is drawn.
/// *Thread:* one.
class Terminal {
 public:
  /// `wanted`: whether to draw at all.
  explicit Terminal(bool wanted);
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;
  /// Leaves the line empty.
  ~Terminal() { clear(); }

  bool draws() const noexcept { return draws_; }

  /// How wide a line may be; asked each time, since windows change.
  std::size_t columns() const;

  /// Draws `line` in place of what was drawn.
  void draw(std::string_view line);

  /// To be called before anything is printed, on standard output too: both are one screen.
  void clear();

  /// A line of standard error that stays.
  void print(std::string_view line);

 private:
  const bool draws_;
  const bool smart_;  // knows how to clear a line
  std::size_t drawn_columns_ = 0;
};

}  // namespace halo::httpget
