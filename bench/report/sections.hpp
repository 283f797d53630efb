#pragma once

#include <string>
#include <vector>

#include "bench/machine.hpp"
#include "bench/report/model_styles.hpp"
#include "bench/report/panel.hpp"
#include "bench/report/sweeps.hpp"
#include "bench/results.hpp"
#include "bench/runner.hpp"

namespace halo::bench::report {

/// One sentence: who answers more, by how much, at what cost; or that no difference is shown; or
/// what failed.
std::string answer(const ScenarioResult& result);

/// In the order of the page.
Section throughput_section(const std::vector<Sweep>& sweeps, const ModelStyles& styles);
Section latency_section(const std::vector<Sweep>& sweeps, const ModelStyles& styles);
Section percentile_section(const Results& results, const ModelStyles& styles);
Section time_section(const Results& results, const ModelStyles& styles);
Section memory_section(const std::vector<Sweep>& sweeps, const ModelStyles& styles);
Section cpu_section(const std::vector<Sweep>& sweeps, const ModelStyles& styles);
Section datagram_section(const std::vector<Sweep>& sweeps, const ModelStyles& styles);

/// What was measured on and with, each with its name.
Table environment(const Results& results, const RunnerSettings& settings, const Machine& machine);

/// How far the rounds of one model lie apart.
std::string noise_of(const Results& results);

/// The command as a shell takes it.
std::string shell_line(const std::vector<std::string>& command);

}  // namespace halo::bench::report
