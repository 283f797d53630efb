#include "bench/report/markup.hpp"

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <span>

#include <fmt/format.h>

namespace halo::bench::report {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD
constexpr char32_t kWideFrom = 0x1100;

struct Character {
  std::string_view bytes;
  char32_t code = 0;
  bool valid = false;
};

unsigned char byte_of(char c) { return static_cast<unsigned char>(c); }

/// How many bytes a character has that begins with this one; 0: none does.
std::size_t length_by(unsigned char first) {
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first < 0xE0) return 2;
  if (first >= 0xE0 && first < 0xF0) return 3;
  return first >= 0xF0 && first < 0xF5 ? 4 : 0;
}

bool is_allowed(char32_t code, std::size_t length) {
  constexpr char32_t kShortest[] = {0, 0, 0x80, 0x800, 0x10000};
  const bool control =
      (code < 0x20 && code != '\t' && code != '\n') || (code >= 0x7F && code < 0xA0);
  const bool surrogate = code >= 0xD800 && code < 0xE000;
  const bool noncharacter = (code & 0xFFFE) == 0xFFFE;
  return code >= kShortest[length] && code <= 0x10FFFF && !control && !surrogate && !noncharacter;
}

/// The character that `text`, which is not empty, begins with. *See:* RFC 3629 section 3
Character first_of(std::string_view text) {
  const std::size_t length = length_by(byte_of(text.front()));
  if (length == 0 || length > text.size()) {
    return {text.substr(0, 1)};
  }
  char32_t code = length == 1 ? byte_of(text.front()) : byte_of(text.front()) & (0x7Fu >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte_of(text[i]) & 0xC0) != 0x80) {
      return {text.substr(0, 1)};
    }
    code = (code << 6) | (byte_of(text[i]) & 0x3Fu);
  }
  return {text.substr(0, length), code, is_allowed(code, length)};
}

constexpr double kUnseen = 0.4;  // less than the half of a line's width

std::int64_t in_tenths(double value) { return std::llround(value * 10); }

/// "12", "-3.5", ".5"
std::string tenths_as_text(std::int64_t tenths) {
  const std::int64_t whole = std::abs(tenths) / 10;
  const std::int64_t rest = std::abs(tenths) % 10;
  return fmt::format("{}{}{}", tenths < 0 ? "-" : "",
                     whole == 0 && rest != 0 ? "" : std::to_string(whole),
                     rest == 0 ? "" : fmt::format(".{}", rest));
}

/// How far a place lies from the straight line between two others.
double distance(Place place, Place from, Place to) {
  const double dx = to.x - from.x;
  const double dy = to.y - from.y;
  const double length = std::hypot(dx, dy);
  return length > 0 ? std::abs(dx * (place.y - from.y) - dy * (place.x - from.x)) / length
                    : std::hypot(place.x - from.x, place.y - from.y);
}

/// Without the places that nobody would see missing. *See:* Ramer, Douglas and Peucker.
std::vector<Place> simplified(std::span<const Place> places) {
  if (places.size() < 3) {
    return {places.begin(), places.end()};
  }
  std::size_t farthest = 0;
  double most = kUnseen;
  for (std::size_t i = 1; i + 1 < places.size(); ++i) {
    if (const double d = distance(places[i], places.front(), places.back()); d > most) {
      most = d;
      farthest = i;
    }
  }
  if (farthest == 0) {
    return {places.front(), places.back()};
  }
  std::vector<Place> kept = simplified(places.first(farthest + 1));
  const std::vector<Place> rest = simplified(places.subspan(farthest));
  kept.insert(kept.end(), rest.begin() + 1, rest.end());
  return kept;
}

std::string_view entity_of(const Character& character) {
  switch (character.code) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '"':
      return "&quot;";
    case '\'':
      return "&#39;";
    default:
      return character.bytes;
  }
}

}  // namespace

std::string escape(std::string_view text) {
  std::string escaped;
  escaped.reserve(text.size());
  while (!text.empty()) {
    const Character character = first_of(text);
    escaped += character.valid ? entity_of(character) : kReplacement;
    text.remove_prefix(character.bytes.size());
  }
  return escaped;
}

std::string shorten(std::string_view text, std::size_t columns) {
  std::size_t used = 0;
  std::size_t cut = 0;  // where the text ends if it has to be shortened
  for (std::string_view rest = text; !rest.empty();) {
    const Character character = first_of(rest);
    used += character.code >= kWideFrom ? 2 : 1;
    if (used > columns) {
      return std::string(text.substr(0, cut)) + "…";
    }
    rest.remove_prefix(character.bytes.size());
    if (used < columns) {
      cut = text.size() - rest.size();
    }
  }
  return std::string(text);
}

std::string number(double value) { return tenths_as_text(in_tenths(value)); }

std::string path_through(const std::vector<Place>& all) {
  const std::vector<Place> places = simplified(all);
  std::string path;
  std::int64_t x = 0;
  std::int64_t y = 0;
  for (std::size_t i = 0; i < places.size(); ++i) {
    const std::int64_t next_x = in_tenths(places[i].x);
    const std::int64_t next_y = in_tenths(places[i].y);
    // Each place by its way from the one before: half as long as by its coordinates.
    const std::string_view command = i == 0 ? "M" : i == 1 ? "l" : next_x < x ? "" : " ";
    path += fmt::format("{}{}{}{}", command, tenths_as_text(next_x - x), next_y < y ? "" : " ",
                        tenths_as_text(next_y - y));
    x = next_x;
    y = next_y;
  }
  return path;
}

std::string svg_text(Place place, std::string_view anchor, std::string_view text,
                     std::string_view kind) {
  return fmt::format(
      "<text{} x=\"{}\" y=\"{}\"{}>{}</text>",
      kind.empty() ? "" : fmt::format(" class=\"{}\"", kind), number(place.x), number(place.y),
      anchor == "start" ? "" : fmt::format(" text-anchor=\"{}\"", anchor), escape(text));
}

std::string svg_line(Place from, Place to, std::string_view kind) {
  return fmt::format("<path class=\"{}\" d=\"{}\"/>", kind, path_through({from, to}));
}

}  // namespace halo::bench::report
