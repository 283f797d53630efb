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

constexpr int kSignalsMax = 65;
static_assert(NSIG <= kSignalsMax);

// What a signal handler knows of the set that a signal belongs to.
struct Place {
  static constexpr int kNoSet = -1;
  static constexpr int kClaimed = -2;

  std::atomic<int> pipe{kNoSet};  // its write end
  bool first_only = false;        // these two are written before `pipe`
  struct sigaction former {};
};

// A handler is told the signal's number and nothing else, so the way to the set must be global.
Place g_places[kSignalsMax];
// A child between fork(2) and exec(2) still has the handlers and the pipes; its signals are not
// ours.
std::atomic<pid_t> g_owner;
static_assert(std::atomic<int>::is_always_lock_free && std::atomic<pid_t>::is_always_lock_free,
              "needed in a signal handler");

void restore_all_of(int pipe) noexcept {
  for (int number = 1; number < kSignalsMax; ++number) {
    const Place& place = g_places[number];
    if (place.pipe.load(std::memory_order_acquire) == pipe) {
      (void)::sigaction(number, &place.former, nullptr);  // it was valid when it was read
    }
  }
}

extern "C" void halo_write_signal_to_pipe(int number) {
  if (::getpid() != g_owner.load(std::memory_order_relaxed)) {
    return;
  }
  const int saved_errno = errno;
  const auto byte = static_cast<unsigned char>(number);
  const Place& place = g_places[number];
  const int pipe = place.pipe.load(std::memory_order_acquire);
  if (pipe >= 0 && place.first_only) {
    restore_all_of(pipe);
  }
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

SignalSet::SignalSet(EventLoop& loop, OwnedFd reader, OwnedFd writer, OnSignal on_signal)
    : loop_(loop),
      reader_(std::move(reader)),
      writer_(std::move(writer)),
      on_signal_(std::move(on_signal)) {}

Result<std::unique_ptr<SignalSet>> SignalSet::create(EventLoop& loop,
                                                     std::initializer_list<int> signals,
                                                     OnSignal on_signal, Take take) {
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

  struct sigaction action {};
  action.sa_handler = &halo_write_signal_to_pipe;
  action.sa_flags = SA_RESTART;
  sigemptyset(&action.sa_mask);
  for (const int number : signals) {
    HALO_CHECK(number > 0 && number < kSignalsMax, "not a signal's number");
    sigaddset(&action.sa_mask, number);  // so that the first one is one
  }
  for (const int number : signals) {
    if (const std::error_code error = set->take_signal(number, take, action)) {
      return error;
    }
  }
  return set;
}

std::error_code SignalSet::take_signal(int number, Take take, const struct sigaction& action) {
  Place& place = g_places[number];
  int none = Place::kNoSet;
  HALO_CHECK(place.pipe.compare_exchange_strong(none, Place::kClaimed),
             "a signal belongs to one set at a time");
  place.first_only = take == Take::kFirst;
  if (::sigaction(number, nullptr, &place.former) != 0) {
    const std::error_code error = last_error();
    place.pipe.store(Place::kNoSet);
    return error;
  }
  place.pipe.store(writer_.get(), std::memory_order_release);
  if (::sigaction(number, &action, nullptr) != 0) {
    const std::error_code error = last_error();
    place.pipe.store(Place::kNoSet);
    return error;
  }
  return {};
}

SignalSet::~SignalSet() {
  restore_all_of(writer_.get());
  for (Place& place : g_places) {
    int ours = writer_.get();
    place.pipe.compare_exchange_strong(ours, Place::kNoSet);
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
