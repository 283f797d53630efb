#include "servers/command_line.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <limits>

#include <fmt/format.h>

#include "build_info.hpp"

namespace halo::command_line {
namespace {

struct Unit {
  std::string_view name;
  Duration length;
};

// From the largest to the smallest.
constexpr Unit kUnits[] = {
    {"h", std::chrono::hours(1)},         {"m", std::chrono::minutes(1)},
    {"s", std::chrono::seconds(1)},       {"ms", std::chrono::milliseconds(1)},
    {"us", std::chrono::microseconds(1)}, {"ns", std::chrono::nanoseconds(1)},
};
constexpr Duration kLongest = std::chrono::hours(24 * 365);

std::string version_text(const std::string& program, std::string_view built_with) {
  return fmt::format("{} {} ({}, {}, {}){}{}", program, build_info::version, build_info::commit,
                     build_info::compiler, build_info::build_type, built_with.empty() ? "" : " ",
                     built_with);
}

std::string on_one_line(std::string text) {
  while (text.ends_with('\n')) {
    text.pop_back();
  }
  for (char& c : text) {
    c = c == '\n' ? ' ' : c;
  }
  return text;
}

/// `text`, of digits and points, as a number. By hand: libc++ before LLVM 20 has no std::from_chars
/// for floating point, and strtod(3) follows the locale.
std::optional<double> parse_decimal(std::string_view text) {
  if (text.empty() || text.front() == '.' || std::count(text.begin(), text.end(), '.') > 1) {
    return std::nullopt;
  }
  double number = 0;
  bool behind_point = false;
  double place = 1;  // of the last digit behind the point
  for (const char c : text) {
    if (c == '.') {
      behind_point = true;
    } else if (!behind_point) {
      number = number * 10 + (c - '0');
    } else {
      place /= 10;
      number += place * (c - '0');
    }
  }
  return number;
}

}  // namespace

void report(std::string_view program, std::string_view what, std::string_view why,
            std::string_view fix) {
  std::string line(program);
  for (const std::string_view part : {what, why}) {
    if (!part.empty()) {
      line.append(": ").append(part);
    }
  }
  if (!fix.empty()) {
    line.append(line.ends_with('.') ? " Fix: " : ". Fix: ").append(fix);
  }
  line.push_back('\n');
  (void)std::fwrite(line.data(), 1, line.size(), stderr);  // there is nowhere else to complain
}

std::optional<int> parse(CLI::App& app, int argc, const char* const* argv,
                         std::string_view built_with) {
  const std::string program = app.get_name();
  app.set_version_flag("--version", version_text(program, built_with),
                       "Print the version and exit");
  app.set_help_flag("-h,--help", "Print this help and exit");
  const std::string see_help = fmt::format("see {} --help", program);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& asked) {  // --help or --version
    app.exit(asked);
    return kSuccess;
  } catch (const CLI::ParseError& error) {
    report(program, "wrong usage", on_one_line(error.what()), see_help);
    return kUsage;
  } catch (const UsageError& error) {
    report(program, "wrong usage", error.what(), error.fix());
    return kUsage;
  }
  return std::nullopt;
}

std::optional<Duration> parse_duration(std::string_view text) {
  if (text == "0") {
    return Duration::zero();
  }
  const std::size_t unit_at = std::min(text.find_first_not_of("0123456789."), text.size());
  const std::optional<double> number = parse_decimal(text.substr(0, unit_at));
  if (!number) {
    return std::nullopt;
  }
  for (const Unit& unit : kUnits) {
    if (text.substr(unit_at) == unit.name) {
      const double nanoseconds = *number * static_cast<double>(unit.length.count());
      if (nanoseconds > static_cast<double>(kLongest.count())) {
        return std::nullopt;
      }
      return Duration(std::llround(nanoseconds));
    }
  }
  return std::nullopt;
}

std::string format_duration(Duration duration) {
  for (const Unit& unit : kUnits) {
    if (duration != Duration::zero() && duration % unit.length == Duration::zero()) {
      return fmt::format("{}{}", duration / unit.length, unit.name);
    }
  }
  return "0";
}

CLI::Option* add_duration(CLI::App& app, const std::string& name, Duration& value,
                          const std::string& text) {
  return add_parsed<Duration>(app, name, value, parse_duration, "DURATION", format_duration(value),
                              text, "a duration such as 250us, 10ms, 1.5s or 2m");
}

template <class T>
CLI::Option* add_number(CLI::App& app, const std::string& name, T& value, T min, T max,
                        const std::string& text) {
  const auto read = [min, max](std::string_view given) -> std::optional<T> {
    T number{};
    const char* const last = given.data() + given.size();
    const auto [end, error] = std::from_chars(given.data(), last, number);
    if (error != std::errc{} || end != last || number < min || number > max) {
      return std::nullopt;
    }
    return number;
  };
  return add_parsed<T>(app, name, value, read, fmt::format("{}..{}", min, max),
                       fmt::format("{}", value), text);
}

template CLI::Option* add_number(CLI::App&, const std::string&, std::uint16_t&, std::uint16_t,
                                 std::uint16_t, const std::string&);
template CLI::Option* add_number(CLI::App&, const std::string&, std::size_t&, std::size_t,
                                 std::size_t, const std::string&);

}  // namespace halo::command_line
