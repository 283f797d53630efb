#include "reactor/internal/handoff_queue.hpp"

#include <utility>

namespace halo {

HandoffQueue::HandoffQueue(EventLoop& loop, OnTake on_take)
    : loop_(loop), waiting_(std::make_unique<Waiting>(std::move(on_take))) {}

HandoffQueue::~HandoffQueue() {
  while (pop()) {
  }
  // Behind the last task that looks into it.
  loop_.post([waiting = std::move(waiting_)] {});
}

void HandoffQueue::put(OwnedFd socket, const Endpoint& peer) {
  waiting_->push({std::move(socket), peer});
  loop_.post([waiting = waiting_.get()] { waiting->take_one(); });
}

void HandoffQueue::Waiting::push(AcceptedSocket accepted) {
  const std::lock_guard lock(mutex_);
  sockets_.push_back(std::move(accepted));
}

std::optional<AcceptedSocket> HandoffQueue::Waiting::pop() {
  const std::lock_guard lock(mutex_);
  if (sockets_.empty()) {
    return std::nullopt;
  }
  std::optional<AcceptedSocket> first(std::move(sockets_.front()));
  sockets_.pop_front();
  return first;
}

void HandoffQueue::Waiting::take_one() {
  if (std::optional<AcceptedSocket> accepted = pop()) {
    on_take_(std::move(accepted->socket), accepted->peer);
  }
}

}  // namespace halo
