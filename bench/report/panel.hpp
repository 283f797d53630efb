#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bench/report/model_styles.hpp"
#include "bench/report/table.hpp"

namespace halo::bench::report {

struct LegendEntry {
  std::string name;
  ModelStyle style;
  bool dashed = false;
};

/// A chart with all that belongs to it.
struct Panel {
  std::string title;
  std::string svg;
  std::vector<LegendEntry> legend;
  std::string finding;  ///< a sentence from the figures; may be empty
  Table table;          ///< what the chart shows, as text
};

/// A part of the page: charts of one kind.
struct Section {
  std::string id;  ///< where links point to
  std::string title;
  std::string reading;  ///< one sentence on how to read these charts
  std::vector<Panel> panels;
  std::vector<std::string> left_out;  ///< which charts are not there, and why
};

std::string html_section(const Section& section);

/// Leaves panels out, and says so, until all sections together have at most `bytes_max` as markup:
/// always the last one of the largest section.
void fit(std::span<Section> sections, std::size_t bytes_max);

}  // namespace halo::bench::report
