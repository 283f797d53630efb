#pragma once

#include <string>
#include <vector>

#include "bench/machine.hpp"
#include "bench/results.hpp"
#include "bench/runner.hpp"

namespace halo::bench {

/// Where reports go; an empty path: nowhere.
struct ReportFiles {
  std::string html = "hello-bench-report.html";
  std::string markdown;  ///< "-": standard output
  std::string picture;

  bool markdown_to_output() const { return markdown == "-"; }
};

/// Whether all of them can be written; says which one cannot. To be asked before a measurement of
/// minutes, not after it; what lies there stays.
bool can_write(const ReportFiles& files);

/// Writes them and says where. False: one could not be written, which was said.
bool write_reports(const ReportFiles& files, const Results& results, const RunnerSettings& settings,
                   const Machine& machine, const std::vector<std::string>& command);

}  // namespace halo::bench
