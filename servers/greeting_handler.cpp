#include "servers/greeting_handler.hpp"

#include <optional>
#include <string>
#include <utility>

#include "protocols/http/later_response.hpp"
#include "reactor/check.hpp"
#include "reactor/event_loop.hpp"
#include "servers/greeting_target.hpp"

namespace halo {
namespace {

using hello::Work;
using hello::WorkOn;

constexpr std::string_view kText = "text/plain; charset=utf-8";

/// A request whose answer is still to come, with what it asks for.
class Waiting {
 public:
  Waiting(const http::ServerRequest& request, http::ServerResponse& response)
      : later_(response.later()), method_(request.method), target_(request.target) {}

  EventLoop& loop() const noexcept { return later_.loop(); }

  void greet() {
    later_.answer([method = std::move(method_), target = std::move(target_)](
                      http::ServerResponse& response) { halo::greet(method, target, response); });
  }

 private:
  http::LaterResponse later_;
  std::string method_;
  std::string target_;
};

}  // namespace

void greet(std::string_view method, std::string_view target, http::ServerResponse& response) {
  const std::string_view path = path_of(target);
  const bool health = path == "/healthz";
  std::string room;
  const std::optional<std::string_view> name = health ? std::nullopt : greeted_name(path, room);
  if (!health && !name) {
    response.send(404, kText, "Not Found: try /, /hello/NAME or /healthz\n");
    return;
  }
  if (method != "GET" && method != "HEAD") {
    (void)response.add_header("Allow", "GET, HEAD");  // cannot fail: it is well-formed
    response.send(405, kText, "Method Not Allowed: GET or HEAD\n");
    return;
  }
  if (health) {
    response.send(200, kText, "ok\n");
    return;
  }
  response.send(200, kText, {"Hello, ", *name, "!"});
}

http::RequestHandler greet_after(Work work, WorkOn place, WorkerPool* workers) {
  HALO_CHECK(place != WorkOn::kTimer || work.kind != Work::Kind::kCpu, "a timer does not compute");
  HALO_CHECK(place != WorkOn::kWorkers || workers != nullptr, "work needs somebody to do it");
  if (work.kind == Work::Kind::kNone) {
    return [](const http::ServerRequest& request, http::ServerResponse& response) {
      greet(request.method, request.target, response);
    };
  }
  return [work, place, workers](const http::ServerRequest& request,
                                http::ServerResponse& response) {
    if (place == WorkOn::kLoop) {
      do_work(work);
      greet(request.method, request.target, response);
      return;
    }
    Waiting waiting(request, response);
    if (place == WorkOn::kTimer) {
      EventLoop& loop = waiting.loop();
      loop.run_after(work.duration, [waiting = std::move(waiting)]() mutable { waiting.greet(); });
      return;
    }
    // A full queue drops the job, which answers 500.
    (void)workers->submit([work, waiting = std::move(waiting)]() mutable {
      do_work(work);
      waiting.greet();
    });
  };
}

}  // namespace halo
