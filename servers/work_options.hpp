#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include <CLI/CLI.hpp>

#include "protocols/hello/work.hpp"
#include "reactor/worker_pool.hpp"

namespace halo {

/// Where an event-driven server does its work, with the defaults.
struct WorkPlace {
  hello::WorkOn on = hello::WorkOn::kLoop;
  std::size_t workers = 0;
};

/// "none", "sleep:10ms" or "cpu:50us"; nothing otherwise.
std::optional<hello::Work> parse_work(std::string_view text);

/// --work, done for each of `what`: "message".
void add_work_option(CLI::App& app, hello::Work& work, const std::string& what);

/// --work-on and --workers.
void add_work_place_options(CLI::App& app, WorkPlace& place);

/// Throws UsageError where work of that kind cannot be done at that place.
void check_work(const hello::Work& work, const WorkPlace& place);

/// Starts the workers of `place`, if there are any. False: the system has no threads for them,
/// which one line of `program` has said.
bool start_workers(const std::string& program, const WorkPlace& place, std::size_t queue_max,
                   std::optional<WorkerPool>& workers);

}  // namespace halo
