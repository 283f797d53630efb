#pragma once

namespace halo::bench::load {

/// Asks the system to wake the calling thread as exactly as it can. Linux adds up to 50 us to each
/// sleep otherwise, to save power, which a schedule would show as the server's time. Elsewhere
/// nothing is to be asked. *See:* prctl(2), PR_SET_TIMERSLACK.
void make_timers_exact() noexcept;

}  // namespace halo::bench::load
