#include "bench/report/model_styles.hpp"

#include <array>

#include <fmt/format.h>

#include "bench/report/markup.hpp"

namespace halo::bench::report {
namespace {

constexpr std::size_t kGrey = kColours - 1;

// Okabe and Ito's palette, told apart by all kinds of colour vision, each colour darkened or lit up
// until it stands out from its background by 3:1 (WCAG 1.4.11). The last one is the ceilings'.
struct Colour {
  std::string_view on_light, on_dark;
};
constexpr std::array<Colour, kColours> kPalette = {{{"#c2410c", "#ff8f57"},
                                                    {"#0067b0", "#5fb2f5"},
                                                    {"#00805e", "#38cfa5"},
                                                    {"#a8437f", "#f09bc9"},
                                                    {"#946400", "#e9bd45"},
                                                    {"#2b8fbf", "#93dcff"},
                                                    {"#6d4a2f", "#d0a582"},
                                                    {"#626b77", "#aab3bf"}}};

// Around 0, 0; about 4 units in each direction.
constexpr std::array<std::string_view, kShapes> kMarkers = {
    "<circle r=\"3.6\"/>",
    "<path d=\"M-3.3-3.3H3.3V3.3H-3.3Z\"/>",
    "<path d=\"M0-4.6L4.3 3.2H-4.3Z\"/>",
    "<path d=\"M0-4.8L4.8 0L0 4.8L-4.8 0Z\"/>",
    "<path d=\"M0 4.6L4.3-3.2H-4.3Z\"/>",
    "<path d=\"M-1.4-4.4H1.4V-1.4H4.4V1.4H1.4V4.4H-1.4V1.4H-4.4V-1.4H-1.4Z\"/>",
    "<path d=\"M-2.2-4L2.2-4L4.4 0L2.2 4L-2.2 4L-4.4 0Z\"/>",
    "<path d=\"M0-5L1.5-1.6L5 0L1.5 1.6L0 5L-1.5 1.6L-5 0L-1.5-1.6Z\"/>",
};

}  // namespace

bool is_ceiling(std::string_view model) noexcept {
  return model == kCeiling || model == kHttpCeiling;
}

ModelStyles::ModelStyles(const Results& results) {
  std::size_t contenders = 0;
  std::size_t ceilings = 0;
  for (const ScenarioResult& result : results.scenarios) {
    for (const ModelResult& model : result.models) {
      const std::string& name = model.model.name;
      if (styles_.contains(name)) {
        continue;
      }
      if (is_ceiling(name)) {
        styles_[name] = {kGrey, (3 + ceilings++) % kShapes};
        continue;
      }
      // No two share both: 7 colours and 8 shapes have no common divisor.
      styles_[name] = {contenders % kGrey, contenders % kShapes};
      ++contenders;
    }
  }
}

ModelStyle ModelStyles::of(std::string_view model) const {
  const auto found = styles_.find(model);
  return found == styles_.end() ? ModelStyle{} : found->second;
}

std::string marker_definitions() {
  std::string text = "<defs>";
  for (std::size_t i = 0; i < kShapes; ++i) {
    text += fmt::format("<g id=\"k{}\">{}</g>", i, kMarkers[i]);
    for (const bool dashed : {false, true}) {
      text += fmt::format(
          "<g id=\"{}{}\"><path class=\"line{}\" d=\"M1 6l26 0\"/><use href=\"#k{}\" x=\"14\" "
          "y=\"6\"/></g>",
          dashed ? 'd' : 'l', i, dashed ? " dashed" : "", i);
    }
  }
  return text + "</defs>";
}

std::string legend_mark(const ModelStyle& style, bool dashed) {
  return fmt::format("<svg viewBox=\"0 0 28 12\"><use href=\"#{}{}\"/></svg>", dashed ? 'd' : 'l',
                     style.shape);
}

std::string marker(const ModelStyle& style, double x, double y, std::string_view note) {
  return fmt::format("<use href=\"#k{}\" x=\"{}\" y=\"{}\"{}/>", style.shape, number(x), number(y),
                     note.empty() ? "" : fmt::format(" data-t=\"{}\"", escape(note)));
}

std::string colour_rules() {
  std::string light, dark;
  for (std::size_t i = 0; i < kColours; ++i) {
    light += fmt::format(".c{}{{--c:{}}}", i, kPalette[i].on_light);
    dark += fmt::format(".c{}{{--c:{}}}", i, kPalette[i].on_dark);
  }
  return fmt::format("{}@media screen and (prefers-color-scheme:dark){{{}}}", light, dark);
}

}  // namespace halo::bench::report
