// Prints a report on made-up results, for the test that looks at it in a browser.
//
// usage: report-sample report|picture

#include <cstdio>
#include <string>
#include <string_view>

#include "bench/report/html_report.hpp"
#include "bench/report/summary_picture.hpp"
#include "tests/bench/report_results.hpp"

int main(int argc, char** argv) {
  using namespace halo::bench;
  const Results results =
      made_up_results_with("<img src=x onerror=alert(1)>\"'& a rather long name, 日本語 & more");
  Machine machine;
  machine.cpu_model = "A processor <b>&";
  machine.kernel = "Linux";
  machine.governor = "performance";
  const std::vector<std::string> command = {"hello-bench", "--also", "it's=</script><b>"};
  const bool picture = argc > 1 && std::string_view(argv[1]) == "picture";
  const std::string text = picture ? summary_picture(results, command)
                                   : html_report(results, RunnerSettings{}, machine, command);
  return std::fwrite(text.data(), 1, text.size(), stdout) == text.size() ? 0 : 1;
}
