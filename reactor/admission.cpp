#include "reactor/internal/admission.hpp"

#include <algorithm>
#include <chrono>

namespace halo {

bool Admission::enter(const Endpoint& peer) {
  if (open_.fetch_add(1, std::memory_order_relaxed) < connections_max_ && enter_address(peer)) {
    return true;
  }
  leave_total();
  return false;
}

void Admission::leave(const Endpoint& peer) {
  if (per_address_max_ > 0) {
    const std::lock_guard lock(mutex_);
    leave_address(peer.address());
  }
  leave_total();
}

void Admission::remember(const EventLoop& loop, const ConnectionHandler* handler,
                         const Endpoint& peer) {
  if (per_address_max_ > 0) {
    const std::lock_guard lock(mutex_);
    address_of_[{&loop, handler}] = peer.address();
  }
}

void Admission::leave(const EventLoop& loop, const ConnectionHandler* handler) {
  if (per_address_max_ > 0) {
    const std::lock_guard lock(mutex_);
    const auto found = address_of_.find({&loop, handler});
    if (found != address_of_.end()) {
      leave_address(found->second);
      address_of_.erase(found);
    }
  }
  leave_total();
}

bool Admission::may_complain(TimePoint now) {
  const std::lock_guard lock(mutex_);
  if (now < silent_until_) {
    return false;
  }
  silent_until_ = now + std::chrono::seconds(1);
  return true;
}

bool Admission::wait_for_none(Duration limit, EventLoop* own) {
  // Bounded, so that the end of the wait can be told by a clock.
  const Duration bounded = std::min<Duration>(limit, std::chrono::hours(24 * 365));
  std::unique_lock lock(mutex_);
  if (own != nullptr) {
    waiting_loop_ = own;
    lock.unlock();
    run_until_none(*own, bounded);
    lock.lock();
    waiting_loop_ = nullptr;
    return open() == 0;
  }
  return none_left_.wait_for(lock, bounded, [this] { return open() == 0; });
}

void Admission::run_until_none(EventLoop& own, Duration limit) {
  const TimePoint deadline = saturating_add(own.now(), limit);
  while (open() > 0) {
    const Duration left = deadline - own.now();
    if (left <= Duration::zero()) {
      return;
    }
    (void)own.run_once(left);  // how much was served does not matter
  }
}

bool Admission::enter_address(const Endpoint& peer) {
  if (per_address_max_ == 0) {
    return true;
  }
  const std::lock_guard lock(mutex_);
  std::size_t& count = count_of_[peer.address()];
  if (count >= per_address_max_) {
    return false;
  }
  ++count;
  return true;
}

void Admission::leave_address(const Address& address) {
  const auto found = count_of_.find(address);
  if (--found->second == 0) {
    count_of_.erase(found);
  }
}

void Admission::leave_total() {
  if (open_.fetch_sub(1, std::memory_order_acq_rel) == 1) {
    const std::lock_guard lock(mutex_);  // not between the waiter's look and its sleep
    none_left_.notify_all();
    if (waiting_loop_ != nullptr) {
      waiting_loop_->post([] {});
    }
  }
}

}  // namespace halo
