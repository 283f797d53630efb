#include <algorithm>
#include <iterator>

#include "bench/report/figure_section.hpp"
#include "bench/report/sections.hpp"

namespace halo::bench::report {

Section throughput_section(const std::vector<Sweep>& sweeps, const ModelStyles& styles) {
  Section section{"throughput",
                  "Throughput",
                  "Higher is better: each mark is the median of the rounds, the bar through it "
                  "reaches from the lowest round to the highest.",
                  {},
                  {}};
  add_panels(section, sweeps, styles,
             {"requests/s", &Figures::requests_per_s, Unit::kPerSecond, false, true, false});
  return section;
}

Section latency_section(const std::vector<Sweep>& sweeps, const ModelStyles& styles) {
  Section section{"latency",
                  "Latency",
                  "Lower is better: half of the answers came within p50, 99 of 100 within p99; a "
                  "step up the axis is a multiple. It is service time: the closed loop waits for "
                  "an answer before it asks again, so that a stall delays few questions.",
                  {},
                  {}};
  add_panels(section, sweeps, styles, {"p50", &Figures::p50_us, Unit::kMicroseconds, true});
  add_panels(section, sweeps, styles, {"p99", &Figures::p99_us, Unit::kMicroseconds, true});
  return section;
}

Section memory_section(const std::vector<Sweep>& sweeps, const ModelStyles& styles) {
  Section section{"memory",
                  "Memory and threads",
                  "Lower is better: the memory that the server held under the load, and the most "
                  "threads that it "
                  "had; each thread has a stack and a place in the scheduler's queue.",
                  {},
                  {}};
  add_panels(section, sweeps, styles, {"server memory", &Figures::rss_bytes, Unit::kBytes, true});
  add_panels(section, sweeps, styles,
             {"server threads", &Figures::threads_peak, Unit::kCount, true});
  std::vector<Sweep> crowds;
  std::copy_if(sweeps.begin(), sweeps.end(), std::back_inserter(crowds), [](const Sweep& sweep) {
    return sweep.loads.front().result->scenario.idle_connections > 0;
  });
  add_panels(section, crowds, styles,
             {"memory for each idle connection", &Figures::idle_connection_bytes, Unit::kBytes});
  return section;
}

Section cpu_section(const std::vector<Sweep>& sweeps, const ModelStyles& styles) {
  Section section{"cpu",
                  "CPU time for each request",
                  "Lower is better: the server's CPU time, divided by that of the model that is 1 "
                  "(the ceiling where there is one, a server that does nothing but read and "
                  "write); the bar is the ratio's 95 % interval over paired rounds.",
                  {},
                  {}};
  add_panels(section, sweeps, styles,
             {"server CPU", &Figures::server_cpu_us, Unit::kMicroseconds, false, false, true});
  return section;
}

}  // namespace halo::bench::report
