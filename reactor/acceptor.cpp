#include "reactor/acceptor.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "reactor/check.hpp"
#include "reactor/limits.hpp"
#include "reactor/socket.hpp"

namespace halo {
namespace {

// Long enough not to spin, short enough that a client hardly notices.
constexpr Duration kPause = std::chrono::milliseconds(100);
// No backlog is longer, and clients that keep coming must not keep a server from stopping.
constexpr int kBacklogMax = 65'535;
// Full batches in a row that say that the server is busy.
constexpr int kFullBatches = 8;
constexpr Duration kLogInterval = std::chrono::seconds(1);

}  // namespace

Acceptor::Acceptor(EventLoop& loop, OwnedFd listener, OnAccept on_accept, LogSink log)
    : loop_(loop),
      listener_(std::move(listener)),
      on_accept_(std::move(on_accept)),
      log_(std::move(log)) {
  HALO_CHECK(static_cast<bool>(listener_), "an acceptor needs a listening socket");
}

Acceptor::~Acceptor() {
  loop_.cancel(resume_timer_);
  loop_.unwatch(watch_);
}

std::error_code Acceptor::start() {
  HALO_CHECK(listener_ && !watch_, "an acceptor is started once");
  Result<Token> watch = loop_.watch(listener_.get(), Interest::kReadable, *this);
  if (!watch) {
    return watch.error();
  }
  watch_ = *watch;
  return {};
}

// Accepting until EAGAIN would cost a system call in vain for each event of a quiet server, and
// accepting once an iteration for each connection of a busy one. So the batch follows the load: a
// row of full ones doubles it, one that runs dry cuts it to what was there. What is left in the
// backlog is reported again.
void Acceptor::on_ready(Event) {
  for (std::size_t i = 0; i < batch_; ++i) {
    if (!accept_one()) {
      batch_ = std::max<std::size_t>(i, 1);
      full_batches_ = 0;
      return;
    }
  }
  if (++full_batches_ == kFullBatches) {
    full_batches_ = 0;
    batch_ = std::min(batch_ * 2, limits::kAcceptsPerEvent);
  }
}

/// False when nothing more can be accepted now.
bool Acceptor::accept_one() {
  Endpoint peer;
  Result<OwnedFd> socket = socket::accept(listener_.get(), &peer);
  if (socket) {
    on_accept_(std::move(*socket), peer);
    return static_cast<bool>(listener_);  // the callback may have stopped us
  }
  if (!socket::would_block(socket.error())) {
    pause(socket.error());
  }
  return false;
}

/// The backlog stays ready, so a watched listener would spin.
void Acceptor::pause(std::error_code why) {
  const bool first = pauses_.fetch_add(1, std::memory_order_relaxed) == 0;
  if (log_ && (first || loop_.now() - logged_at_ >= kLogInterval)) {
    logged_at_ = loop_.now();
    log_(LogLevel::kWarning, "cannot accept: " + why.message() +
                                 "; connections wait. Fix: raise the limit of open files "
                                 "(ulimit -n), or lower the connections' maximum");
  }
  if (watch_ && !loop_.rewatch(watch_, Interest::kNone)) {
    resume_timer_ = loop_.run_after(kPause, [this] { resume(); });
  }
}

void Acceptor::resume() {
  if (loop_.rewatch(watch_, Interest::kReadable)) {
    resume_timer_ = loop_.run_after(kPause, [this] { resume(); });  // no memory even for that
  }
}

void Acceptor::stop() {
  loop_.cancel(resume_timer_);
  loop_.unwatch(watch_);
  watch_ = {};
  // What the kernel has completed already would be reset by the close.
  for (int i = 0; i < kBacklogMax && listener_ && accept_one(); ++i) {
  }
  listener_.reset();
}

}  // namespace halo
