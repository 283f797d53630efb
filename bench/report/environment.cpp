#include <algorithm>
#include <chrono>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "bench/report/comparison.hpp"
#include "bench/report/sections.hpp"
#include "build_info.hpp"
#include "servers/command_line.hpp"

namespace halo::bench::report {
namespace {

// What needs no quotes in any shell.
constexpr std::string_view kPlain =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./+:=,@%";

std::string shell_word(std::string_view word) {
  if (!word.empty() && word.find_first_not_of(kPlain) == std::string_view::npos) {
    return std::string(word);
  }
  std::string quoted = "'";
  for (const char c : word) {
    quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  }
  return quoted + "'";
}

std::string pinning_of(const RunnerSettings& settings) {
  return settings.run.cores ? fmt::format("servers on core {}, load on core {}",
                                          settings.run.cores->server, settings.run.cores->load)
                            : "none: the scheduler moved servers and load as it liked";
}

}  // namespace

std::string shell_line(const std::vector<std::string>& command) {
  std::string line;
  for (const std::string& word : command) {
    line += fmt::format("{}{}", line.empty() ? "" : " ", shell_word(word));
  }
  return line;
}

std::string noise_of(const Results& results) {
  std::vector<double> widths;
  double widest = 0;
  std::string where;
  for (const ScenarioResult& result : results.scenarios) {
    for (const ModelResult& model : result.models) {
      const Measured own = measured(model, &Figures::requests_per_s, Unit::kPerSecond);
      if (rounds_measured(model) < 2 || !own.value || *own.value <= 0) {
        continue;
      }
      widths.push_back((own.high - own.low) / *own.value);
      if (widths.back() >= widest) {
        widest = widths.back();
        where = fmt::format("{} in {}", model.model.name, result.scenario.name());
      }
    }
  }
  const std::optional<double> middle = median(widths);
  return middle ? fmt::format(
                      "the rounds of one model lie {:.0f} % apart in throughput (the median "
                      "of all models), {:.0f} % at most ({})",
                      *middle * 100, widest * 100, where)
                : "not known: it takes two rounds of a model";
}

Table environment(const Results& results, const RunnerSettings& settings, const Machine& machine) {
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  Table table{{"what", "value"}, {}};
  const auto add = [&table](std::string_view what, std::string value) {
    table.rows.push_back({std::string(what), std::move(value)});
  };
  add("reported", fmt::format("{:%F %T} UTC", fmt::gmtime(now)));
  add("processor", fmt::format("{}, {} core{}", machine.cpu_model, machine.cores,
                               machine.cores == 1 ? "" : "s"));
  add("kernel", machine.kernel);
  add("frequency governor", machine.governor);
  add("load average before", machine.load_average ? fmt::format("{:.2f}", *machine.load_average)
                                                  : "not known on this system");
  add("pinning", pinning_of(settings));
  add("rounds", fmt::format("{} of {}, each {} after a warm-up of {}", results.rounds,
                            settings.rounds, command_line::format_duration(settings.run.window),
                            command_line::format_duration(settings.run.warm_up)));
  add("noise", noise_of(results));
  add("commit", fmt::format("{} ({})", build_info::commit, build_info::version));
  add("compiler", fmt::format("{}, {}", build_info::compiler, build_info::build_type));
  return table;
}

}  // namespace halo::bench::report
