#pragma once

#include <string>
#include <string_view>

namespace halo::bench::report {

/// The rules of charts, with the colours of light and dark; a picture alone needs them, too.
std::string chart_style();

/// The rules of the rest of the page.
extern const std::string_view kPageStyle;

/// Tool tips by pointer and arrow keys, and the copy button. Everything is readable without it.
extern const std::string_view kPageScript;

/// A whole document around `body`, which is markup. `title` is text.
std::string html_page(std::string_view title, std::string_view body);

}  // namespace halo::bench::report
