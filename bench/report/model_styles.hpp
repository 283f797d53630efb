#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>

#include "bench/results.hpp"

namespace halo::bench::report {

/// How a model looks in every chart: `colour` and `shape` together belong to it alone.
struct ModelStyle {
  std::size_t colour = 0;  ///< below kColours
  std::size_t shape = 0;   ///< below kShapes
};

inline constexpr std::size_t kColours = 8;
inline constexpr std::size_t kShapes = 8;

/// Whether the model is the kernel's share alone, a bound for the others and no contender.
bool is_ceiling(std::string_view model) noexcept;

/// Gives each model of the results a style, in the order in which they appear; ceilings are grey.
class ModelStyles {
 public:
  explicit ModelStyles(const Results& results);

  /// `model` is one of those of the results.
  ModelStyle of(std::string_view model) const;

 private:
  std::map<std::string, ModelStyle, std::less<>> styles_;
};

/// Definitions of the markers, for the start of a document: kShapes groups named "k0", "k1", ...,
/// and what legends show, a marker on a piece of its line: "l0", ..., dashed "d0", ...
std::string marker_definitions();

/// What stands before a line's name in a legend. Its colour is the element's around it.
std::string legend_mark(const ModelStyle& style, bool dashed);

/// The marker at a place. `note`: what a tool tip says; empty: it has none. Its colour is the
/// group's around it.
std::string marker(const ModelStyle& style, double x, double y, std::string_view note);

/// The rules that give the classes "c0", "c1", ... their colour, in light and in dark.
std::string colour_rules();

}  // namespace halo::bench::report
