#include "tools/httpget/terminal.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace halo::httpget {
namespace {

constexpr std::size_t kColumnsUnknown = 80;

bool knows_control_sequences() {
  const char* const kind = std::getenv("TERM");
  return kind != nullptr && *kind != '\0' && std::string_view(kind) != "dumb";
}

void write_to_stderr(std::string_view text) {
  (void)std::fwrite(text.data(), 1, text.size(), stderr);  // there is nowhere else to complain
  (void)std::fflush(stderr);
}

}  // namespace

Terminal::Terminal(bool wanted)
    : draws_(wanted && ::isatty(STDERR_FILENO) == 1), smart_(knows_control_sequences()) {}

std::size_t Terminal::columns() const {
  winsize size{};
  if (::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) {
    return kColumnsUnknown - 1;
  }
  return size.ws_col - std::size_t{1};  // many terminals begin a new line after the last one
}

void Terminal::draw(std::string_view line) {
  if (!draws_) {
    return;
  }
  std::string text = "\r";
  text += line;
  if (smart_) {
    text += "\x1b[K";
  } else if (line.size() < drawn_columns_) {
    text.append(drawn_columns_ - line.size(), ' ');
  }
  write_to_stderr(text);
  drawn_columns_ = line.empty() ? 0 : std::max(drawn_columns_, line.size());
}

void Terminal::clear() {
  if (drawn_columns_ > 0) {
    draw("");
    write_to_stderr("\r");
  }
}

void Terminal::print(std::string_view line) {
  clear();
  write_to_stderr(std::string(line) + "\n");
}

}  // namespace halo::httpget
