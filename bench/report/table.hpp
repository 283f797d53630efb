#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace halo::bench::report {

/// Rows of text below a header; each row has as many cells as the header.
struct Table {
  std::vector<std::string> header;
  std::vector<std::vector<std::string>> rows;
};

/// The first cell of each row is its heading.
std::string html_table(const Table& table);

/// A table as GitHub and others read it. All but the first column stand to the right.
std::string markdown_table(const Table& table);

/// Text that Markdown shows as it is, on one line.
std::string markdown_text(std::string_view text);

}  // namespace halo::bench::report
