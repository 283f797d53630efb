// Fetches what URLs name: prints heads, saves bodies. Each file appears when it is whole.

#include <unistd.h>

#include <csignal>
#include <memory>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include "protocols/http/client.hpp"
#include "reactor/event_loop.hpp"
#include "servers/command_line.hpp"
#include "servers/process.hpp"
#include "tools/httpget/client_setup.hpp"
#include "tools/httpget/console.hpp"
#include "tools/httpget/download_plan.hpp"
#include "tools/httpget/exit_code.hpp"
#include "tools/httpget/fetch.hpp"
#include "tools/httpget/fetch_all.hpp"
#include "tools/httpget/file_io.hpp"
#include "tools/httpget/options.hpp"
#include "tools/httpget/request_builder.hpp"
#include "tools/httpget/temporary_name.hpp"

namespace halo::httpget {
namespace {

int refuse(const Failure& failure) {
  command_line::report("httpget", "", failure.why, failure.fix);
  return static_cast<int>(failure.code);
}

int fail_to_start(std::error_code why) {
  command_line::report("httpget", "cannot start", why.message(), "raise ulimit -n");
  return static_cast<int>(ExitCode::kUsage);
}

/// Whether each request can be sent, before any of them is.
Failure check_requests(const Options& options, const std::vector<Download>& downloads) {
  for (const Download& download : downloads) {
    const Result<http::Request> request = build_request(options, download.url);
    if (!request) {
      return describe_failure(request.error(), Stage::kPrepare);
    }
  }
  return {};
}

/// What a signal's handler says: the line of progress, if there is one, stays above it.
const char* last_words(const Options& options) {
  if (!options.complains()) {
    return "";
  }
  return ::isatty(STDERR_FILENO) == 1
             ? "\nhttpget: interrupted by a signal; what was not whole is not saved\n"
             : "httpget: interrupted by a signal; what was not whole is not saved\n";
}

int run(const Options& options, mode_t mode) {
  const auto plan = plan_downloads(options);
  if (const Failure* const failure = std::get_if<Failure>(&plan)) {
    return refuse(*failure);
  }
  const auto& downloads = std::get<std::vector<Download>>(plan);
  if (const Failure failure = check_requests(options, downloads)) {
    return refuse(failure);
  }
  const std::variant<http::ClientOptions, Failure> setup = make_client_options(options);
  if (const Failure* const failure = std::get_if<Failure>(&setup)) {
    return refuse(*failure);
  }
  const Result<std::unique_ptr<EventLoop>> loop = EventLoop::create();
  if (!loop) {
    return fail_to_start(loop.error());
  }
  remove_and_exit_at({SIGINT, SIGTERM, SIGHUP}, last_words(options));
  Console console({options.complains(), options.verbose, !options.silent && !options.json});
  const auto& client_options = std::get<http::ClientOptions>(setup);
  http::Client client(**loop, client_options);
  FetchRooms rooms{**loop, client, console, options, client_options.proxies, mode};
  return static_cast<int>(FetchAll(rooms, downloads).run());
}

}  // namespace
}  // namespace halo::httpget

int main(int argc, char** argv) {
  using namespace halo;
  process::prepare();
  (void)std::signal(SIGXFSZ, SIG_IGN);  // a file that is too large is an error of its write
  const mode_t mode = httpget::mode_of_new_files();
  const std::variant<httpget::Options, int> parsed = httpget::parse_options(argc, argv);
  if (const int* const code = std::get_if<int>(&parsed)) {
    return *code;
  }
  return httpget::run(std::get<httpget::Options>(parsed), mode);
}
