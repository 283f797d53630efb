#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "reactor/event_loop.hpp"
#include "tools/httpget/download_plan.hpp"
#include "tools/httpget/exit_code.hpp"
#include "tools/httpget/fetch.hpp"
#include "tools/httpget/progress_text.hpp"

namespace halo::httpget {

/// All downloads of a run, so many at a time, in their order; tells what comes of each, and how far
/// they are. *Owner:* main. *Thread:* the loop's. *Lifetime:* rooms and downloads must outlive it.
class FetchAll {
 public:
  FetchAll(FetchRooms& rooms, const std::vector<Download>& downloads);
  FetchAll(const FetchAll&) = delete;
  FetchAll& operator=(const FetchAll&) = delete;
  ~FetchAll();

  /// Runs the loop until all have ended. Returns what the first that failed, in their order, failed
  /// with.
  ExitCode run();

 private:
  void fill();
  void on_end(std::size_t index);
  void tell(const Fetch& fetch);
  void draw();
  ProgressState state_of_one(const Fetch& fetch) const;
  ProgressState state_of_all() const;

  FetchRooms& rooms_;
  const std::vector<Download>& downloads_;
  std::vector<std::unique_ptr<Fetch>> fetches_;  // by index; none: not begun, or over
  std::vector<ExitCode> codes_;                  // by index
  std::size_t begun_ = 0;
  std::size_t ended_ = 0;
  std::uint64_t ended_bytes_ = 0;
  TimePoint begun_at_{};
  TimerId progress_timer_;
  RateMeter rate_;
  const Fetch* measured_ = nullptr;  // whose rate it is, if one's
  std::size_t ticks_ = 0;
};

}  // namespace halo::httpget
