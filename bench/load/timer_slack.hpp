#pragma once

namespace halo::bench::load {

/// Asks the system to wake the calling thread as exactly as it can. Linux adds up to 50 us to each
/// sleep otherwise, to save power, which a schedule would show as the server's time. Elsewhere
/// nothing is to be asked. *See:* prctl(2), PR_SET_TIMERSLACK.
void make_timers_exact() noexcept;

/// The same for as long as it lives. A process that is started later inherits the slack of the
/// thread that starts it: a server must not.
class ExactTimers {
 public:
  ExactTimers() noexcept;
  ExactTimers(const ExactTimers&) = delete;
  ExactTimers& operator=(const ExactTimers&) = delete;
  ~ExactTimers();

 private:
  // In ns; not above 0: not known. Where slack cannot be set nobody asks.
  [[maybe_unused]] int slack_before_ = 0;
};

}  // namespace halo::bench::load
