#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace halo::bench {

/// One model in one scenario, as a report of hello-bench has it. Rounds that failed are left out.
struct SavedModel {
  std::string name;
  std::map<std::string, std::vector<double>, std::less<>> rounds;  ///< by the figure's name
  std::map<std::string, std::vector<double>, std::less<>> ratios;  ///< to the baseline's, paired
};

struct SavedScenario {
  std::string name;
  std::string baseline;
  std::vector<SavedModel> models;
};

/// What `hello-bench --json` has written, as far as runs are compared by it.
struct SavedReport {
  std::string commit;
  std::string date;
  std::vector<SavedScenario> scenarios;
};

/// The number of the form that json_report writes and read_report reads; counted up when a field
/// changes its meaning.
inline constexpr int kReportFormat = 2;

/// Throws std::runtime_error, with the reason for people, where `text` is no such report.
SavedReport read_report(std::string_view text);

}  // namespace halo::bench
