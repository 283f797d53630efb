#include "protocols/hello/work.hpp"

#include <chrono>
#include <ctime>
#include <thread>

namespace halo::hello {
namespace {

/// CPU time of the calling thread, so that a thread that is preempted does its full share of work.
Duration thread_cpu_time() noexcept {
  timespec used{};
  (void)::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);  // cannot fail for one's own thread
  return std::chrono::seconds(used.tv_sec) + std::chrono::nanoseconds(used.tv_nsec);
}

void spin(Duration duration) noexcept {
  const Duration end = thread_cpu_time() + duration;
  while (thread_cpu_time() < end) {
  }
}

}  // namespace

void do_work(const Work& work) {
  switch (work.kind) {
    case Work::Kind::kNone:
      return;
    case Work::Kind::kSleep:
      std::this_thread::sleep_for(work.duration);
      return;
    case Work::Kind::kCpu:
      spin(work.duration);
      return;
  }
}

}  // namespace halo::hello
