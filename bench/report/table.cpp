#include "bench/report/table.hpp"

#include <fmt/format.h>

#include "bench/report/markup.hpp"

namespace halo::bench::report {
namespace {

std::string markdown_row(const std::vector<std::string>& cells) {
  std::string text = "|";
  for (const std::string& cell : cells) {
    text += fmt::format(" {} |", markdown_text(cell));
  }
  return text + "\n";
}

}  // namespace

std::string html_table(const Table& table) {
  std::string text = "<div class=\"scroll\" tabindex=\"0\"><table><thead><tr>";
  for (const std::string& cell : table.header) {
    text += fmt::format("<th scope=\"col\">{}</th>", escape(cell));
  }
  text += "</tr></thead><tbody>\n";
  for (const std::vector<std::string>& row : table.rows) {
    text += "<tr>";
    for (std::size_t i = 0; i < row.size(); ++i) {
      const std::string cell = escape(row[i]);
      text += i == 0 ? fmt::format("<th scope=\"row\">{}</th>", cell)
                     : fmt::format("<td>{}</td>", cell);
    }
    text += "</tr>\n";
  }
  return text + "</tbody></table></div>";
}

std::string markdown_table(const Table& table) {
  std::string text = markdown_row(table.header) + "|";
  for (std::size_t i = 0; i < table.header.size(); ++i) {
    text += i == 0 ? " --- |" : " ---: |";
  }
  text += "\n";
  for (const std::vector<std::string>& row : table.rows) {
    text += markdown_row(row);
  }
  return text;
}

std::string markdown_text(std::string_view text) {
  constexpr std::string_view kMarks = "\\`*_[]<>|#&~";
  std::string shown;
  for (const char c : text) {
    if (c == '\n' || c == '\r') {
      shown += ' ';
      continue;
    }
    if (kMarks.find(c) != std::string_view::npos) {
      shown += '\\';
    }
    shown += c;
  }
  return shown;
}

}  // namespace halo::bench::report
