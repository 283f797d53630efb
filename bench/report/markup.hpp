#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace halo::bench::report {

/// Any text as it may stand between tags and in quoted attributes of HTML and SVG. What is no
/// character there (control characters, broken UTF-8) becomes U+FFFD.
std::string escape(std::string_view text);

/// The text, or its beginning and "…" where it is wider than `columns`; a wide character, such as a
/// Chinese one, takes two.
std::string shorten(std::string_view text, std::size_t columns);

/// A coordinate: one digit after the point, none where it is 0.
std::string number(double value);

struct Place {
  double x = 0;
  double y = 0;
};

/// The `d` of a path through these places, but for those that lie nearly on the straight line
/// between others. Empty: there are none.
std::string path_through(const std::vector<Place>& all);

/// Escaped by itself. `anchor`: start, middle or end. `kind`: a class of the style, or empty.
std::string svg_text(Place place, std::string_view anchor, std::string_view text,
                     std::string_view kind = "");

std::string svg_line(Place from, Place to, std::string_view kind);

}  // namespace halo::bench::report
