#include "reactor/signal_set.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <utility>

#include "reactor/check.hpp"
#include "reactor/error.hpp"
#include "reactor/socket.hpp"

namespace halo {
namespace {

// A signal handler is told its number and nothing else, so the way to the set must be global.
// The pipe's write end plus one for each signal; 0: no set has it.
constexpr int kSignalsMax = 65;
static_assert(NSIG <= kSignalsMax);
std::atomic<int> g_pipe_of_signal[kSignalsMax];
// A child between fork(2) and exec(2) still has the handlers and the pipes; its signals are not
// ours.
std::atomic<pid_t> g_owner;
static_assert(std::atomic<int>::is_always_lock_free && std::atomic<pid_t>::is_always_lock_free,
              "needed in a signal handler");

extern "C" void halo_write_signal_to_pipe(int number) {
  if (::getpid() != g_owner.load(std::memory_order_relaxed)) {
    return;
  }
  const int saved_errno = errno;
  const auto byte = static_cast<unsigned char>(number);
  const int pipe = g_pipe_of_signal[number].load(std::memory_order_relaxed) - 1;
  // A full pipe loses nothing that matters: signals of that kind are waiting in it.
  [[maybe_unused]] const ssize_t written = ::write(pipe, &byte, 1);
  errno = saved_errno;
}

std::error_code make_nonblocking_cloexec(int fd) noexcept {
  if (::fcntl(fd, F_SETFD, FD_CLOEXEC) != 0) {
    return last_error();
  }
  return socket::set_blocking(fd, false);
}

}  // namespace

struct SignalSet::Former {
  int number;
  struct sigaction action;
};

SignalSet::SignalSet(EventLoop& loop, OwnedFd reader, OwnedFd writer, OnSignal on_signal)
    : loop_(loop),
      reader_(std::move(reader)),
      writer_(std::move(writer)),
      on_signal_(std::move(on_signal)) {}

Result<std::unique_ptr<SignalSet>> SignalSet::create(EventLoop& loop,
                                                     std::initializer_list<int> signals,
                                                     OnSignal on_signal) {
  int ends[2];
  if (::pipe(ends) != 0) {
    return last_error();
  }
  std::unique_ptr<SignalSet> set(
      new SignalSet(loop, OwnedFd(ends[0]), OwnedFd(ends[1]), std::move(on_signal)));
  for (const int end : ends) {
    if (const std::error_code error = make_nonblocking_cloexec(end)) {
      return error;
    }
  }
  Result<Token> watch = loop.watch(ends[0], Interest::kReadable, *set);
  if (!watch) {
    return watch.error();
  }
  set->watch_ = *watch;
  g_owner.store(::getpid(), std::memory_order_relaxed);
  for (const int number : signals) {
    HALO_CHECK(number > 0 && number < kSignalsMax, "not a signal's number");
    int none = 0;
    HALO_CHECK(g_pipe_of_signal[number].compare_exchange_strong(none, ends[1] + 1),
               "a signal belongs to one set at a time");
    struct sigaction action {};
    action.sa_handler = &halo_write_signal_to_pipe;
    action.sa_flags = SA_RESTART;
    ::sigemptyset(&action.sa_mask);
    Former former{number, {}};
    if (::sigaction(number, &action, &former.action) != 0) {
      const std::error_code error = last_error();
      g_pipe_of_signal[number].store(0);
      return error;
    }
    set->former_.push_back(former);
  }
  return set;
}

SignalSet::~SignalSet() {
  for (const Former& former : former_) {
    (void)::sigaction(former.number, &former.action, nullptr);  // it was valid when it was read
    g_pipe_of_signal[former.number].store(0);
  }
  loop_.unwatch(watch_);
}

void SignalSet::on_ready(Event) {
  unsigned char numbers[16];
  const ssize_t count = ::read(reader_.get(), numbers, sizeof numbers);
  for (ssize_t i = 0; i < count; ++i) {
    on_signal_(numbers[i]);
  }
}

}  // namespace halo
