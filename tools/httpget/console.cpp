#include "tools/httpget/console.hpp"

#include <unistd.h>

#include <cstdio>
#include <span>
#include <string>

#include "servers/command_line.hpp"
#include "tools/httpget/file_io.hpp"

namespace halo::httpget {

std::error_code Console::print(std::string_view text) {
  terminal_.clear();
  return write_all(STDOUT_FILENO, std::as_bytes(std::span(text.data(), text.size())));
}

void Console::complain(std::string_view what, std::string_view why, std::string_view fix) {
  if (wanted_.complaints) {
    terminal_.clear();
    command_line::report("httpget", what, why, fix);
  }
}

void Console::tell(std::string_view lines) {
  if (wanted_.verbose) {
    terminal_.clear();
    (void)std::fwrite(lines.data(), 1, lines.size(), stderr);  // there is nowhere else to complain
  }
}

void Console::note(std::string_view line) {
  if (terminal_.draws()) {
    terminal_.print(line);
  }
}

}  // namespace halo::httpget
