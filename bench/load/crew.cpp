#include "bench/load/crew.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "bench/load/timer_slack.hpp"
#include "bench/loop_steps.hpp"

namespace halo::bench::load {
namespace {

constexpr Duration kForever = std::chrono::hours(24 * 365);
constexpr Duration kLead = std::chrono::milliseconds(10);  // for all threads to know of the begin

/// Of `whole`, in as equal parts as can be, part number `index`.
std::size_t share_of(std::size_t whole, std::size_t parts, std::size_t index) noexcept {
  return whole / parts + (index < whole % parts ? 1 : 0);
}

}  // namespace

struct Crew::Member {
  std::size_t index = 0;
  std::unique_ptr<EventLoop> loop;
  std::thread thread;
  Tallies tallies;                  // its thread's, until that is joined
  Duration told = Duration::min();  // the begin of the last interval that it told
  bool done = false;
};

Crew::Crew(EventLoop& loop, const LoadPlan& plan, const Interrupt& interrupt)
    : loop_(loop), plan_(plan), interrupt_(interrupt) {}

Crew::~Crew() { stop(); }

DriverOptions Crew::options_of(std::size_t member) const {
  const std::size_t threads = members_.size();
  DriverOptions options;
  options.lanes = share_of(plan_.connections, threads, member);
  options.depth = plan_.depth;
  options.timing = plan_.timing;
  std::size_t lanes_before = 0;
  for (std::size_t i = 0; i < member; ++i) {
    lanes_before += share_of(plan_.connections, threads, i);
  }
  options.first_slot = static_cast<std::uint32_t>(lanes_before * plan_.depth);
  if (plan_.rate) {
    ScheduleOptions schedule;
    // By connections, so that each of them has the same rate; interleaved, so that together they
    // make one even rate.
    const auto share = static_cast<double>(options.lanes) / static_cast<double>(plan_.connections);
    schedule.rate = *plan_.rate * share;
    schedule.phase = static_cast<double>(member + 1) / static_cast<double>(threads);
    schedule.ramp = plan_.timing.ramp;
    schedule.arrivals = plan_.arrivals;
    schedule.seed = plan_.seed + member;
    options.schedule = schedule;
  }
  return options;
}

std::error_code Crew::start_threads() {
  const std::size_t threads = std::clamp<std::size_t>(plan_.threads, 1, plan_.connections);
  for (std::size_t index = 0; index < threads; ++index) {
    Result<std::unique_ptr<EventLoop>> loop = EventLoop::create();
    if (!loop) {
      return loop.error();
    }
    members_.push_back(std::make_unique<Member>());
    members_.back()->index = index;
    members_.back()->loop = std::move(*loop);
  }
  try {
    for (const std::unique_ptr<Member>& member : members_) {
      member->thread = std::thread([this, &one = *member] { serve(one); });
    }
  } catch (const std::system_error& error) {
    return error.code();
  }
  return {};
}

/// A member's thread.
void Crew::serve(Member& member) {
  make_timers_exact();
  const auto stopped = [this] { return stop_.load(std::memory_order_relaxed); };
  const DriverOptions options = options_of(member.index);
  Driver driver(*member.loop, options,
                make_lanes(plan_.asking, options.lanes, options.depth, plan_.timing.timeout),
                stopped, [this, &member](const Interval& interval) {
                  loop_.post([this, &member, copy = interval] { take(member, copy); });
                });
  const std::size_t connections = driver.open(kOpenLimit);
  loop_.post([this, connections] {
    ++opened_;
    connections_ += connections;
  });
  (void)run_until(*member.loop, kForever, [this, &stopped] { return begin_ != 0 || stopped(); });
  if (!stopped()) {
    driver.run(TimePoint(Duration(begin_.load())));
  }
  member.tallies = driver.tallies();
  loop_.post([this, &member] {
    member.done = true;
    ++done_;
    tell();
  });
}

Result<Tallies> Crew::run(OnInterval on_interval) {
  on_interval_ = std::move(on_interval);
  if (const std::error_code error = start_threads()) {
    stop();
    (void)loop_.run_once(Duration::zero());  // what the others have posted
    return error;
  }
  const auto interrupted = [this] { return static_cast<bool>(interrupt_); };
  (void)run_until(loop_, kForever,
                  [this, &interrupted] { return opened_ == members_.size() || interrupted(); });
  stop_ = connections_ == 0;
  begin_ = (monotonic_clock().now() + kLead).time_since_epoch().count();
  for (const std::unique_ptr<Member>& member : members_) {
    member->loop->post([] {});  // wakes it
  }
  (void)run_until(loop_, kForever,
                  [this, &interrupted] { return done_ == members_.size() || interrupted(); });
  stop();
  (void)run_until(loop_, kForever, [this] { return done_ == members_.size(); });
  Tallies sum;
  for (const std::unique_ptr<Member>& member : members_) {
    sum.merge(member->tallies);
  }
  return sum;
}

void Crew::take(Member& member, const Interval& interval) {
  member.told = interval.begin;
  const auto [at, first] = seconds_.try_emplace(interval.begin, interval);
  if (!first) {
    at->second.merge(interval);
  }
  tell();
}

/// In order, and each only when nobody is left who could have a share in it.
void Crew::tell() {
  const auto is_whole = [this](Duration begin) {
    return std::all_of(members_.begin(), members_.end(),
                       [begin](const std::unique_ptr<Member>& member) {
                         return member->done || member->told >= begin;
                       });
  };
  while (!seconds_.empty() && is_whole(seconds_.begin()->first)) {
    if (on_interval_) {
      on_interval_(seconds_.begin()->second);
    }
    seconds_.erase(seconds_.begin());
  }
}

void Crew::stop() {
  stop_ = true;
  for (const std::unique_ptr<Member>& member : members_) {
    if (member->thread.joinable()) {
      member->loop->post([] {});  // wakes it
      member->thread.join();
    }
  }
}

}  // namespace halo::bench::load
