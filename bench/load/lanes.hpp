#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>

#include "bench/load/failures.hpp"
#include "bench/load/outstanding.hpp"
#include "reactor/event_loop.hpp"
#include "reactor/time.hpp"

namespace halo::bench::load {

/// Who asks over the lanes. *Thread:* the loop's.
class LaneOwner {
 public:
  /// The lane can be asked over.
  virtual void on_lane_open(std::uint32_t lane) = 0;
  /// It did not open.
  virtual void on_lane_failed(std::uint32_t lane, const Failure& why) = 0;
  /// It takes no more questions, and closes when it is done; nothing of it is a failure yet.
  virtual void on_lane_closing(std::uint32_t lane) = 0;
  /// It was open. What is outstanding on it has no answer, and `why` (if empty: kClosedEarly).
  virtual void on_lane_closed(std::uint32_t lane, const Failure& why) = 0;
  /// A question has its answer, which is right where `fault` is empty. `now`: when it was read.
  virtual void on_answer(std::uint64_t number, std::string_view fault, TimePoint now) = 0;
  /// A question will have none, and its lane stays open.
  virtual void on_lost(std::uint64_t number, const Failure& why) = 0;
  /// An answer to nothing that is outstanding: a late one, or a second one.
  virtual void on_surplus() = 0;

 protected:
  ~LaneOwner() = default;
};

/// What questions go over: connections or datagram sockets, each a lane with a number from zero.
/// *Owner:* a driver. *Thread:* the loop's.
class Lanes {
 public:
  virtual ~Lanes() = default;

  /// Opens a lane that is closed; its owner hears how that went.
  virtual void open(std::uint32_t lane) = 0;

  /// Sends question `number`, which is in the books already, over an open lane.
  virtual void ask(std::uint32_t lane, std::uint64_t number) = 0;

  /// Closes an open lane at once, because an answer that still came could not be told from the next
  /// one's. on_lane_closed comes, in this call or later. Nothing of the lane is outstanding.
  virtual void reset(std::uint32_t lane) = 0;

  /// Whether an answer that never comes leaves the lane as good as before.
  virtual bool survives_loss() const noexcept = 0;
};

/// Makes the lanes of one loop. `books`: what is outstanding. *Lifetime:* all three outlive them.
using LanesFactory = std::function<std::unique_ptr<Lanes>(EventLoop& loop, LaneOwner& owner,
                                                          const Outstanding& books)>;

}  // namespace halo::bench::load
