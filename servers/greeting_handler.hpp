#pragma once

#include <string_view>

#include "protocols/http/server.hpp"
#include "reactor/worker_pool.hpp"
#include "servers/work_options.hpp"

namespace halo {

/// The answer to one request: "Hello, NAME!" at / and /hello/NAME, "ok" at /healthz, else 404, and
/// 405 for what is neither GET nor HEAD.
void greet(std::string_view method, std::string_view target, http::ServerResponse& response);

/// Does `work` for each request, at that place, and greets when it is done. Where the workers'
/// queue is full a request is answered with 500. `workers`: for kWorkers, null otherwise.
/// *Lifetime:* the workers must outlive the handler; the loops the workers.
http::RequestHandler greet_after(hello::Work work, hello::WorkOn place, WorkerPool* workers);

}  // namespace halo
