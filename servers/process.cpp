#include "servers/process.hpp"

#include <sched.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <climits>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include "reactor/socket.hpp"

namespace halo::process {
namespace {

extern "C" void halo_exit_at_once(int signal_number) { std::_Exit(128 + signal_number); }

constexpr int kNone = -1;
std::atomic<int> fd_of_waiting{kNone};
std::atomic<bool> stopped{false};
static_assert(std::atomic<int>::is_always_lock_free, "a signal handler uses it");
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler uses it");

extern "C" void halo_stop_waiting(int signal_number) {
  const int error = errno;
  const int fd = fd_of_waiting.exchange(kNone);
  if (fd == kNone) {
    std::_Exit(128 + signal_number);
  }
  stopped = true;
  (void)socket::set_blocking(fd, false);  // fcntl(2), which handlers may call; cannot fail here
  errno = error;
}

void handle(std::initializer_list<int> signals, void (*handler)(int)) {
  for (const int number : signals) {
    struct sigaction action {};
    action.sa_handler = handler;
    (void)sigemptyset(&action.sa_mask);
    (void)::sigaction(number, &action, nullptr);  // cannot fail for a valid number
  }
}

// g++ 12's ThreadSanitizer makes a thread's place for pending signals in the thread's first
// blocking call, and forgets a signal that comes in that very moment; so the call is made before
// the handlers are.
void settle_thread_sanitizer() {
#if defined(__SANITIZE_THREAD__)
  (void)::usleep(0);  // blocking, in its eyes
#endif
}

void raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) {
    return;
  }
  const rlim_t soft = limit.rlim_cur;
  limit.rlim_cur = limit.rlim_max;
  if (soft == limit.rlim_max || ::setrlimit(RLIMIT_NOFILE, &limit) == 0) {
    return;
  }
#if defined(OPEN_MAX)
  // macOS's hard limit is RLIM_INFINITY and refused: setrlimit(2), COMPATIBILITY.
  if (soft < OPEN_MAX) {
    limit.rlim_cur = OPEN_MAX;
    (void)::setrlimit(RLIMIT_NOFILE, &limit);  // what we have then has to do
  }
#endif
}

sigset_t set_of(const std::vector<int>& signals) noexcept {
  sigset_t set;
  (void)sigemptyset(&set);
  for (const int number : signals) {
    (void)sigaddset(&set, number);  // cannot fail for a valid number
  }
  return set;
}

}  // namespace

void prepare() {
  raise_descriptor_limit();
  (void)::signal(SIGPIPE, SIG_IGN);  // cannot fail for a valid number
  settle_thread_sanitizer();
}

std::size_t usable_processors() {
#if defined(CPU_COUNT)
  // The processors of the system are too many in a container or under taskset(1).
  cpu_set_t allowed;
  if (::sched_getaffinity(0, sizeof allowed, &allowed) == 0) {
    return static_cast<std::size_t>(std::max(CPU_COUNT(&allowed), 1));
  }
#endif
  return std::max(std::thread::hardware_concurrency(), 1U);
}

void exit_at(std::initializer_list<int> signals) { handle(signals, &halo_exit_at_once); }

void stop_waiting_at(std::initializer_list<int> signals, int fd) {
  stopped = false;
  fd_of_waiting = fd;
  handle(signals, &halo_stop_waiting);
}

bool waiting_stopped() noexcept { return stopped; }

BlockedSignals::BlockedSignals(std::initializer_list<int> signals) : signals_(signals) {
  const sigset_t set = set_of(signals_);
  (void)::pthread_sigmask(SIG_BLOCK, &set, nullptr);  // cannot fail for a valid `how`
}

void BlockedSignals::wait() const {
  const sigset_t set = set_of(signals_);
  int number = 0;
  while (::sigwait(&set, &number) != 0) {  // some systems let other signals interrupt it
  }
}

void BlockedSignals::unblock() const {
  const sigset_t set = set_of(signals_);
  (void)::pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

LogSink log_to_stderr(std::string program) {
  return [program = std::move(program)](LogLevel /*level*/, std::string_view text) {
    // One write for one line: threads may log at the same time.
    const std::string line = fmt::format("{}: {}\n", program, escape_control_bytes(text));
    (void)std::fwrite(line.data(), 1, line.size(), stderr);
  };
}

std::string escape_control_bytes(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) {
      escaped += fmt::format("\\x{:02x}", byte);
    } else {
      escaped += c;
    }
  }
  return escaped;
}

}  // namespace halo::process
