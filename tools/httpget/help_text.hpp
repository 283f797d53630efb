#pragma once

#include <string>
#include <string_view>

#include <CLI/CLI.hpp>

namespace halo::httpget {

inline constexpr const char* kPurpose =
    "Fetches what URLs name: the body to a file named after the URL, the head to standard output.\n"
    "A file appears under its name only when it is whole. Options are named as curl's are.\n";

inline constexpr const char* kExamples =
    "Behind = stands the default. TIME is in seconds, 30 or 0.5, or says its unit: 500ms, 2m.\n"
    "-o, -d, -H and --resolve may be given several times.\n"
    "\n"
    "Examples:\n"
    "  httpget http://127.0.0.1:8000/             prints the head, saves index.html\n"
    "  httpget -o page.html https://example.org/  saves page.html, prints nothing\n"
    "  httpget -o - https://example.org/ | less   the body alone, to standard output\n"
    "  httpget -i https://example.org/            head and body, to standard output\n"
    "  httpget -I https://example.org/            the head alone, without asking for the body\n"
    "  httpget -C --retry 5 https://example.org/large.iso\n"
    "                                             goes on where an earlier run was cut\n"
    "  httpget -d name=Lambda -d age=3 URL        sends a form, name=Lambda&age=3\n"
    "  httpget -d @FILE URL                       sends a file's text without its line ends\n"
    "  httpget --no-location -I URL               where a redirect leads, without going there\n"
    "  httpget --parallel 8 URL1 URL2 URL3        eight at a time\n"
    "  httpget -s --json URL | jq .status         a line of JSON for each URL\n"
    "\n"
    "With -C, FILE.part holds what has arrived and FILE.part.json what it is of (URL, ETag); FILE\n"
    "appears when it is whole. Proxies: http_proxy, https_proxy and no_proxy, or -x.\n"
    "--retry tries again after 408, 429, 500, 502, 503, 504, a lost or refused connection or a\n"
    "time-out, after 1, 2, 4 ... 60 seconds or what Retry-After says; what was sent with another\n"
    "method than GET, HEAD, OPTIONS, PUT or DELETE only when the server cannot have acted on it.\n"
    "--max-time bounds one URL with its redirects and retries.\n"
    "\n";

/// CLI11's help without the "..." behind options that may be given several times: each takes one
/// value, as curl's do, and what follows it is a URL.
class HelpFormatter final : public CLI::Formatter {
 public:
  std::string make_option_opts(const CLI::Option* option) const override {
    constexpr std::string_view kMore = " ...";
    std::string text = CLI::Formatter::make_option_opts(option);
    if (!option->get_positional() && text.ends_with(kMore)) {
      text.resize(text.size() - kMore.size());
    }
    return text;
  }
};

}  // namespace halo::httpget
