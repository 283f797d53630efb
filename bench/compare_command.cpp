#include "bench/compare_command.hpp"

#include <charconv>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <limits>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "bench/comparison.hpp"
#include "bench/saved_report.hpp"
#include "servers/command_line.hpp"

namespace halo::bench {
namespace {

constexpr const char* kProgram = "hello-bench compare";

/// "5%" is 0.05. Nothing otherwise.
std::optional<double> parse_percent(std::string_view text) {
  constexpr unsigned kMax = 1000;
  if (!text.ends_with('%')) {
    return std::nullopt;
  }
  text.remove_suffix(1);
  const std::size_t point = text.find('.');
  const std::string_view whole = text.substr(0, point);
  const std::string_view decimals = point == std::string_view::npos ? "0" : text.substr(point + 1);
  unsigned percents = 0, tenths = 0;
  const auto [end, error] = std::from_chars(whole.data(), whole.data() + whole.size(), percents);
  const auto [tenths_end, tenths_error] =
      std::from_chars(decimals.data(), decimals.data() + decimals.size(), tenths);
  const bool one_decimal = decimals.size() == 1 && tenths_error == std::errc{} &&
                           tenths_end == decimals.data() + decimals.size();
  if (error != std::errc{} || end != whole.data() + whole.size() || percents > kMax ||
      !one_decimal) {
    return std::nullopt;
  }
  return percents / 100.0 + tenths / 1000.0;
}

std::optional<SavedReport> load_report(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    command_line::report(kProgram, "cannot read " + path, "", "a file of hello-bench --json");
    return std::nullopt;
  }
  const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  try {
    return read_report(text);
  } catch (const std::runtime_error& error) {
    command_line::report(kProgram, "cannot compare " + path, error.what(),
                         "write it again: hello-bench --json FILE");
    return std::nullopt;
  }
}

}  // namespace

int compare_command(int argc, const char* const* argv) {
  std::string old_path, new_path;
  double bound = std::numeric_limits<double>::infinity();
  CLI::App app(
      "Compares two runs: each model by its ratio to the baseline of its own run (the ceiling, "
      "where\nthere is one), so that a machine that has become slower is no regression.",
      kProgram);
  app.add_option("OLD.json", old_path, "A file of hello-bench --json")->required();
  app.add_option("NEW.json", new_path, "Another one")->required();
  command_line::add_parsed<double>(
      app, "--fail-on-regression", bound, parse_percent, "PERCENT%", "",
      "Exit with 1 where a figure is shown to be worse by more than this: its whole 95 % interval "
      "lies beyond",
      "a percentage such as 5% or 2.5%");
  app.footer(
      "Example: hello-bench compare before.json after.json --fail-on-regression 5%\n"
      "Exit codes: 0 compared; 1 a regression; 2 wrong usage, or files that are no such reports.");
  if (const std::optional<int> code = command_line::parse(app, argc, argv)) {
    return *code;
  }
  const std::optional<SavedReport> before = load_report(old_path);
  const std::optional<SavedReport> after = before ? load_report(new_path) : std::nullopt;
  if (!before || !after) {
    return command_line::kUsage;
  }
  const Comparison comparison = compare(*before, *after, bound);
  if (comparison.figures.empty()) {
    command_line::report(kProgram, "nothing to compare",
                         "the two runs have measured no model in the same scenario",
                         "the same --scenario in both");
    return command_line::kUsage;
  }
  fmt::print("{}", comparison_table(comparison, *before, *after));
  std::fflush(stdout);
  return comparison.has_regression() ? command_line::kFailure : command_line::kSuccess;
}

}  // namespace halo::bench
