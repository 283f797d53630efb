#include "bench/report/report_files.hpp"

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string_view>
#include <system_error>

#include <fmt/format.h>

#include "bench/report/html_report.hpp"
#include "bench/report/markdown_report.hpp"
#include "bench/report/summary_picture.hpp"
#include "servers/command_line.hpp"

namespace halo::bench {
namespace {

constexpr std::string_view kProgram = "hello-bench";
constexpr std::string_view kOtherReport = "another --report FILE, or --report none";
constexpr std::string_view kOtherMarkdown = "another --markdown FILE, or --markdown -";
constexpr std::string_view kOtherPicture = "another --picture FILE";

void say_unwritable(const std::string& path, std::string_view fix) {
  command_line::report(kProgram, "cannot write " + path,
                       std::make_error_code(static_cast<std::errc>(errno)).message(), fix);
}

bool can_append(const std::string& path, std::string_view fix) {
  if (path.empty() || std::ofstream(path, std::ios::binary | std::ios::app)) {
    return true;
  }
  say_unwritable(path, fix);
  return false;
}

bool write_file(const std::string& path, const std::string& text, std::string_view fix) {
  std::ofstream file(path, std::ios::binary);
  file << text;
  file.close();
  if (!file) {
    say_unwritable(path, fix);
  }
  return static_cast<bool>(file);
}

}  // namespace

bool can_write(const ReportFiles& files) {
  return can_append(files.html, kOtherReport) &&
         (files.markdown_to_output() || can_append(files.markdown, kOtherMarkdown)) &&
         can_append(files.picture, kOtherPicture);
}

bool write_reports(const ReportFiles& files, const Results& results, const RunnerSettings& settings,
                   const Machine& machine, const std::vector<std::string>& command) {
  bool written = true;
  if (!files.markdown.empty()) {
    const std::string markdown = markdown_report(results, settings, machine, command);
    if (files.markdown_to_output()) {
      fmt::print("{}", markdown);
    } else {
      written = write_file(files.markdown, markdown, kOtherMarkdown);
    }
  }
  if (!files.picture.empty()) {
    written =
        write_file(files.picture, summary_picture(results, command), kOtherPicture) && written;
  }
  if (!files.html.empty()) {
    const bool html =
        write_file(files.html, html_report(results, settings, machine, command), kOtherReport);
    if (html) {
      std::error_code error;  // leaves the path as it was given
      const std::filesystem::path whole = std::filesystem::absolute(files.html, error);
      fmt::print(files.markdown_to_output() ? stderr : stdout, "\nReport: {}\n",
                 error ? files.html : whole.string());
    }
    written = html && written;
  }
  std::fflush(stdout);
  return written;
}

}  // namespace halo::bench
