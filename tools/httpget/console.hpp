#pragma once

#include <string_view>
#include <system_error>

#include "tools/httpget/terminal.hpp"

namespace halo::httpget {

/// What is told whom, and when: heads and JSON on standard output; complaints, what -v shows, and
/// the line of progress on standard error. Each text comes in one piece, and never into the line of
/// progress, although both may be one screen. *Thread:* one.
class Console {
 public:
  struct Wanted {
    bool complaints = true;
    bool verbose = false;
    bool progress = true;
  };

  explicit Console(Wanted wanted) : wanted_(wanted), terminal_(wanted.progress) {}

  bool verbose() const noexcept { return wanted_.verbose; }

  /// On standard output, at once. Fails with the system's word.
  [[nodiscard]] std::error_code print(std::string_view text);

  /// One line on standard error: `httpget: what: why. Fix: fix`.
  void complain(std::string_view what, std::string_view why, std::string_view fix);

  /// With -v: `lines`, each with its end, on standard error.
  void tell(std::string_view lines);

  /// A line that stays for who sits in front of a terminal, and is told to nobody else.
  void note(std::string_view line);

  Terminal& terminal() noexcept { return terminal_; }

 private:
  const Wanted wanted_;
  Terminal terminal_;
};

}  // namespace halo::httpget
