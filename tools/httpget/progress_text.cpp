#include "tools/httpget/progress_text.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <string_view>

#include <fmt/format.h>

#include "servers/process.hpp"

namespace halo::httpget {
namespace {

constexpr std::size_t kBarColumnsMax = 40;
constexpr std::size_t kBarColumnsMin = 10;   // a shorter one shows nothing
constexpr std::size_t kNameColumnsMin = 12;  // of a shorter one nobody knows what it is
constexpr Duration kLongestLeft = std::chrono::hours(1000);

bool begins_character(char c) noexcept { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }

/// As many as a terminal needs for `text` where each UTF-8 character takes one.
std::size_t columns_of(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), begins_character));
}

/// The first `columns` characters.
std::string_view cut(std::string_view text, std::size_t columns) {
  std::size_t at = 0;
  for (; at < text.size(); ++at) {
    if (begins_character(text[at]) && columns-- == 0) {
      break;
    }
  }
  return text.substr(0, at);
}

double fraction_of(const ProgressState& state) {
  if (!state.total || *state.total == 0) {
    return 1;
  }
  return std::min(1.0, static_cast<double>(state.bytes) / static_cast<double>(*state.total));
}

std::string bar(double fraction, std::size_t columns) {
  const std::size_t inner = columns - 2;
  const auto full = static_cast<std::size_t>(fraction * static_cast<double>(inner));
  std::string text = "[" + std::string(full, '=');
  if (full < inner) {
    text += '>' + std::string(inner - full - 1, ' ');
  }
  return text + "]";
}

std::string time_left(const ProgressState& state) {
  if (!state.bytes_per_s || *state.bytes_per_s < 1 || state.bytes >= *state.total) {
    return "";
  }
  const std::chrono::duration<double> left(static_cast<double>(*state.total - state.bytes) /
                                           *state.bytes_per_s);
  return left > kLongestLeft
             ? ""
             : ", " + format_time(std::chrono::duration_cast<Duration>(left)) + " left";
}

std::string rate(const ProgressState& state) {
  return state.bytes_per_s
             ? fmt::format(", {}/s", format_bytes(static_cast<std::uint64_t>(*state.bytes_per_s)))
             : "";
}

/// `name` and `rest`, with what room there is for the name.
std::string with_name(const std::string& name, const std::string& rest, std::size_t columns) {
  const std::size_t taken = columns_of(rest) + 2;
  if (taken + std::min(columns_of(name), kNameColumnsMin) > columns) {
    return std::string(cut(rest, columns));
  }
  return fmt::format("{}  {}", cut(name, columns - taken), rest);
}

}  // namespace

void RateMeter::add(TimePoint now, std::uint64_t bytes) {
  looks_.push_back({now, bytes});
  while (looks_.size() > 2 && now - looks_[1].at >= kWindow) {
    looks_.pop_front();
  }
}

std::optional<double> RateMeter::bytes_per_s() const {
  if (looks_.empty() || looks_.back().at == looks_.front().at) {
    return std::nullopt;
  }
  const Look& first = looks_.front();
  const Look& last = looks_.back();
  if (last.bytes < first.bytes) {  // it began again
    return 0;
  }
  return static_cast<double>(last.bytes - first.bytes) /
         std::chrono::duration<double>(last.at - first.at).count();
}

std::string progress_text(const ProgressState& state, std::size_t columns) {
  const std::string name = process::escape_control_bytes(state.name);
  if (!state.total) {
    constexpr std::string_view kSpinner = R"(|/-\)";
    return with_name(
        name,
        fmt::format("{} {}{}, {}", kSpinner[state.tick % kSpinner.size()],
                    format_bytes(state.bytes), rate(state), format_time(state.elapsed)),
        columns);
  }
  const double fraction = fraction_of(state);
  const std::string percent = fmt::format("{:3}%", static_cast<int>(fraction * 100));
  const std::string figures =
      fmt::format("{} of {}{}{}", format_bytes(state.bytes), format_bytes(*state.total),
                  rate(state), time_left(state));
  const std::size_t fixed = columns_of(percent) + columns_of(figures) + 2;
  const std::size_t name_columns = std::min(columns_of(name), kNameColumnsMin) + 2;
  if (fixed + name_columns + kBarColumnsMin > columns) {
    return with_name(name, percent + " " + figures, columns);
  }
  const std::size_t bar_columns = std::min(kBarColumnsMax, columns - fixed - name_columns);
  return with_name(name, fmt::format("{} {} {}", percent, bar(fraction, bar_columns), figures),
                   columns);
}

std::string format_bytes(std::uint64_t bytes) {
  constexpr std::array<std::string_view, 7> kUnits = {"B",   "KiB", "MiB", "GiB",
                                                      "TiB", "PiB", "EiB"};
  if (bytes < 1024) {
    return fmt::format("{} B", bytes);
  }
  auto amount = static_cast<double>(bytes);
  std::size_t unit = 0;
  while (amount >= 1023.5) {  // what would be shown as 1024
    amount /= 1024;
    ++unit;
  }
  const int digits = amount < 9.995 ? 2 : amount < 99.95 ? 1 : 0;
  return fmt::format("{:.{}f} {}", amount, digits, kUnits[unit]);
}

std::string format_time(Duration duration) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(duration).count();
  if (seconds >= 3600) {
    return fmt::format("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
  }
  return fmt::format("{}:{:02}", seconds / 60, seconds % 60);
}

}  // namespace halo::httpget
