#include "tools/httpget/arguments.hpp"

#include <string_view>

namespace halo::httpget {
namespace {

/// Whether the argument behind this one belongs to it: "-o", "--output", "-sSo".
bool takes_the_next(const CLI::App& app, const std::string& argument) {
  if (argument.size() < 2 || argument.front() != '-') {
    return false;
  }
  const bool is_long = argument[1] == '-';
  const CLI::Option* const option =
      app.get_option_no_throw(is_long ? argument : std::string("-") + argument.back());
  return option != nullptr && option->get_items_expected_max() > 0;
}

bool in_brackets(std::string_view text) {
  return text.size() > 2 && text.front() == '[' && text.back() == ']';
}

}  // namespace

Arguments keep_brackets(const CLI::App& app, int argc, const char* const* argv) {
  Arguments arguments;
  arguments.texts.assign(argv, argv + argc);
  for (std::size_t i = 1; i < arguments.texts.size(); ++i) {
    if (in_brackets(arguments.texts[i]) && !takes_the_next(app, arguments.texts[i - 1])) {
      arguments.texts[i] += '/';
    }
  }
  for (const std::string& text : arguments.texts) {
    arguments.pointers.push_back(text.c_str());
  }
  return arguments;
}

}  // namespace halo::httpget
