#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>

#include "reactor/endpoint.hpp"
#include "reactor/result.hpp"
#include "reactor/time.hpp"

/// What the programs' command lines have in common: how they read, refuse and explain.
namespace halo::command_line {

enum ExitCode : int { kSuccess = 0, kFailure = 1, kUsage = 2 };

/// Says on one line of standard error `program: what: why. Fix: fix`; leaves out what is empty.
/// *Thread:* any.
void report(std::string_view program, std::string_view what, std::string_view why,
            std::string_view fix);

/// Options that cannot be what the user wants: thrown by an app's callback, told by `parse`.
class UsageError : public std::runtime_error {
 public:
  UsageError(const std::string& why, std::string fix)
      : std::runtime_error(why), fix_(std::move(fix)) {}
  const std::string& fix() const noexcept { return fix_; }

 private:
  std::string fix_;
};

/// Adds --version, which names what the program is `built_with`, too, then reads the arguments.
/// Returns the code to exit with at once: kSuccess when help or version was asked for, kUsage when
/// the arguments are wrong, which one line has said.
std::optional<int> parse(CLI::App& app, int argc, const char* const* argv,
                         std::string_view built_with = {});

/// "250us", "10ms", "1.5s", "2m", "1h"; "0" needs no unit. At most 365 days; nothing otherwise.
std::optional<Duration> parse_duration(std::string_view text);

/// In the largest unit that keeps the number whole: "10ms", "1500ms", "2m", "0".
std::string format_duration(Duration duration);

/// An option whose text `parse` turns into a value, or refuses by returning nothing. `form` says in
/// the help what is taken, `shown` what `value` is before: the default. `wanted` is for a refusal;
/// empty: as `form`.
template <class T>
CLI::Option* add_parsed(CLI::App& app, const std::string& name, T& value,
                        std::function<std::optional<T>(std::string_view)> parse,
                        const std::string& form, const std::string& shown, const std::string& text,
                        const std::string& wanted = {}) {
  const auto read = [&value, parse = std::move(parse), name,
                     wanted = wanted.empty() ? form : wanted](const std::string& given) {
    const std::optional<T> parsed = parse(given);
    if (!parsed) {
      throw CLI::ValidationError(name, "'" + given + "' is not " + wanted);
    }
    value = *parsed;
  };
  return app.add_option_function<std::string>(name, read, text)
      ->type_name(form)
      ->default_str(shown);
}

/// One of a few words, each with its value.
template <class T>
CLI::Option* add_choice(CLI::App& app, const std::string& name, T& value,
                        std::vector<std::pair<std::string, T>> words, const std::string& text) {
  std::string form;
  std::string shown;
  for (const auto& [word, meaning] : words) {
    form += (form.empty() ? "" : "|") + word;
    shown = meaning == value ? word : shown;
  }
  const auto find = [words = std::move(words)](std::string_view given) -> std::optional<T> {
    for (const auto& [word, meaning] : words) {
      if (word == given) {
        return meaning;
      }
    }
    return std::nullopt;
  };
  return add_parsed<T>(app, name, value, find, form, shown, text);
}

CLI::Option* add_duration(CLI::App& app, const std::string& name, Duration& value,
                          const std::string& text);

/// A whole number from `min` to `max`. T: std::uint16_t or std::size_t.
template <class T>
CLI::Option* add_number(CLI::App& app, const std::string& name, T& value, T min, T max,
                        const std::string& text);

/// The endpoints that `host` names, at `port`: a numeric address means itself, a name is looked up
/// and may mean several. Blocks. Fails with the resolver's word, whose message is for people.
Result<std::vector<Endpoint>> resolve(const std::string& host, std::uint16_t port);

}  // namespace halo::command_line
