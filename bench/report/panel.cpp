#include "bench/report/panel.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "bench/report/markup.hpp"

namespace halo::bench::report {
namespace {

std::string html_legend(const std::vector<LegendEntry>& legend) {
  std::string text = "<ul class=\"legend\" aria-hidden=\"true\">";
  for (const LegendEntry& entry : legend) {
    text += fmt::format("<li class=\"c{}\">{}{}", entry.style.colour,
                        legend_mark(entry.style, entry.dashed), escape(entry.name));
  }
  return text + "</ul>";
}

std::string html_panel(const Panel& panel) {
  return fmt::format(
      "<figure><h3>{}</h3>\n{}\n{}<figcaption>{}</figcaption>"
      "<details><summary>Figures</summary>{}</details></figure>\n",
      escape(panel.title), panel.svg, panel.legend.empty() ? "" : html_legend(panel.legend),
      escape(panel.finding), html_table(panel.table));
}

}  // namespace

void fit(std::span<Section> sections, std::size_t bytes_max) {
  std::size_t total = 0;
  std::vector<std::size_t> sizes;
  for (const Section& section : sections) {
    sizes.push_back(html_section(section).size());
    total += sizes.back();
  }
  std::vector<std::vector<std::string>> dropped(sections.size());
  while (total > bytes_max) {
    const auto largest = std::max_element(sizes.begin(), sizes.end()) - sizes.begin();
    const auto at = static_cast<std::size_t>(largest);
    if (sections[at].panels.empty()) {
      break;
    }
    const std::size_t size = html_panel(sections[at].panels.back()).size();
    dropped[at].insert(dropped[at].begin(), sections[at].panels.back().title);
    sections[at].panels.pop_back();
    sizes[at] -= size;
    total -= size;
  }
  for (std::size_t i = 0; i < sections.size(); ++i) {
    if (!dropped[i].empty()) {
      sections[i].left_out.push_back(
          fmt::format("No room on this page for: {}. A run of fewer scenarios shows them.",
                      fmt::join(dropped[i], "; ")));
    }
  }
}

std::string html_section(const Section& section) {
  std::string text = fmt::format("<section id=\"{}\"><h2>{}</h2>\n<p class=\"reading\">{}</p>\n",
                                 section.id, escape(section.title), escape(section.reading));
  if (!section.panels.empty()) {
    text += "<div class=\"panels\">\n";
    for (const Panel& panel : section.panels) {
      text += html_panel(panel);
    }
    text += "</div>\n";
  }
  if (!section.left_out.empty()) {
    text += "<ul class=\"left-out\">";
    for (const std::string& reason : section.left_out) {
      text += fmt::format("<li>{}</li>", escape(reason));
    }
    text += "</ul>\n";
  }
  return text + "</section>\n";
}

}  // namespace halo::bench::report
