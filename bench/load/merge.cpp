#include "bench/load/merge.hpp"

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "bench/histogram/deflate.hpp"
#include "bench/histogram/histogram_error.hpp"
#include "bench/load/log_sum.hpp"
#include "servers/command_line.hpp"

namespace halo::bench {
namespace {

constexpr double kPercents[] = {50, 90, 99, 99.9, 99.99};

std::string in_ms(Duration duration) {
  return fmt::format("{:.3f}", std::chrono::duration<double, std::milli>(duration).count());
}

/// A row for each tag, all times in milliseconds.
void print_table(const LogSum& sum) {
  fmt::print("{:<16} {:>14} {:>9}", "milliseconds", "count", "min");
  for (const double percent : kPercents) {
    fmt::print(" {:>10}", fmt::format("p{}", percent));
  }
  fmt::print(" {:>10}\n", "max");
  for (const auto& [tag, interval] : sum.tags()) {
    const Histogram& histogram = interval.histogram;
    fmt::print("{:<16} {:>14} {:>9}", tag.empty() ? "(no tag)" : tag, histogram.count(),
               in_ms(histogram.shortest()));
    for (const double percent : kPercents) {
      fmt::print(" {:>10}", in_ms(histogram.percentile(percent)));
    }
    fmt::print(" {:>10}\n", in_ms(histogram.longest()));
  }
}

/// Whether the log is a part of the sum; says what is wrong with it.
bool add(LogSum& sum, std::string_view program, const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    const std::error_code error(errno, std::generic_category());
    command_line::report(program, "cannot read " + path, error.message(), "");
    return false;
  }
  const auto [why, line] = sum.add(file);
  if (why) {
    const std::string where = line == 0 ? path : fmt::format("{}:{}", path, line);
    command_line::report(program, where, why.message(), "");
  }
  return !why;
}

bool write(std::string_view program, const std::string& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary);
  file << text << std::flush;
  if (!file) {
    const std::error_code error(errno, std::generic_category());
    command_line::report(program, "cannot write " + path, error.message(), "another -o FILE");
    return false;
  }
  return true;
}

}  // namespace

int merge_logs(int argc, const char* const* argv) {
  const std::string program = argv[0];
  CLI::App app(
      "Adds up logs of histograms, as if one recorder had seen everything: prints the number of\n"
      "values and their percentiles for each tag. Logs are HdrHistogram's, of version 2 with 3\n"
      "significant digits, and hold nanoseconds.\n\n"
      "Exit codes: 0 done, 2 wrong arguments, 5 a log cannot be read or written.",
      program);
  std::vector<std::string> logs;
  std::string output;
  app.add_option("LOG", logs, "Logs to add up")->required();
  app.add_option("-o,--output", output, "Write one log of everything")->type_name("FILE");
  if (const std::optional<int> code = command_line::parse(app, argc, argv)) {
    return *code;
  }
  if (!has_deflate()) {
    command_line::report(program, "cannot read logs",
                         make_error_code(HistogramErrc::kNoZlib).message(),
                         "install zlib (zlib1g-dev), configure and build again");
    return kMergeFailed;
  }
  LogSum sum;
  for (const std::string& log : logs) {
    if (!add(sum, program, log)) {
      return kMergeFailed;
    }
  }
  if (!output.empty() && !write(program, output, sum.to_log())) {
    return kMergeFailed;
  }
  print_table(sum);
  return command_line::kSuccess;
}

}  // namespace halo::bench
