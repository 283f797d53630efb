#include "servers/work_options.hpp"

#include <system_error>

#include "reactor/time.hpp"
#include "servers/command_line.hpp"

namespace halo {
namespace {

using hello::Work;
using hello::WorkOn;

constexpr std::size_t kWorkersMax = 1024;

}  // namespace

std::optional<Work> parse_work(std::string_view text) {
  if (text == "none") {
    return Work{};
  }
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) {
    return std::nullopt;
  }
  const std::optional<Duration> duration = command_line::parse_duration(text.substr(colon + 1));
  if (!duration) {
    return std::nullopt;
  }
  const std::string_view kind = text.substr(0, colon);
  if (kind == "sleep") {
    return Work{Work::Kind::kSleep, *duration};
  }
  if (kind == "cpu") {
    return Work{Work::Kind::kCpu, *duration};
  }
  return std::nullopt;
}

void add_work_option(CLI::App& app, Work& work, const std::string& what) {
  command_line::add_parsed<Work>(
      app, "--work", work, parse_work, "none|sleep:DURATION|cpu:DURATION", "none",
      "What is done for each " + what + " before its answer, in place of a real handler");
}

void add_work_place_options(CLI::App& app, WorkPlace& place) {
  command_line::add_choice<WorkOn>(
      app, "--work-on", place.on,
      {{"loop", WorkOn::kLoop}, {"timer", WorkOn::kTimer}, {"workers", WorkOn::kWorkers}},
      "Where the work is done: on the loop, which blocks all its connections; by a timer, for "
      "sleep; on the workers");
  command_line::add_number<std::size_t>(app, "--workers", place.workers, 0, kWorkersMax,
                                        "Threads for --work-on workers");
}

void check_work(const Work& work, const WorkPlace& place) {
  if (place.on == WorkOn::kWorkers && place.workers == 0) {
    throw command_line::UsageError("--work-on workers without a worker", "add --workers 4");
  }
  if (place.on == WorkOn::kTimer && work.kind == Work::Kind::kCpu) {
    throw command_line::UsageError("a timer can wait, but not compute",
                                   "--work-on workers --workers 4, or --work sleep:DURATION");
  }
}

bool start_workers(const std::string& program, const WorkPlace& place, std::size_t queue_max,
                   std::optional<WorkerPool>& workers) {
  if (place.workers == 0) {
    return true;
  }
  try {
    workers.emplace(place.workers, queue_max);
    return true;
  } catch (const std::system_error& error) {  // std::thread's way to say that there is none
    command_line::report(program, "cannot start", error.code().message(),
                         "give fewer --workers, or raise ulimit -u");
    return false;
  }
}

}  // namespace halo
