#include "reactor/internal/datagram_outbox.hpp"

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstring>
#include <utility>

#include "reactor/check.hpp"
#include "reactor/internal/datagram_peer_bytes.hpp"
#include "reactor/internal/send_drop.hpp"

namespace halo {
namespace {

/// What a connected socket hears of an earlier datagram: this one was not tried.
bool is_word_of_the_network(int error) noexcept {
  return error == ECONNREFUSED || error == EHOSTUNREACH;
}

}  // namespace

DatagramOutbox::DatagramOutbox(const Setup& setup, UdpTallies& tallies)
    : setup_(setup),
      tallies_(tallies),
      gso_bytes_max_(setup.gso ? kDatagramBytesMax / 2 : 0),
      bytes_(new std::byte[setup.bytes_max]),
      slots_(setup.datagrams_max),
      messages_(setup.messages),
      controls_(setup.messages),
      groups_(setup.messages),
      places_(setup.datagrams_max),
      place_slots_(setup.datagrams_max),
      latest_(std::bit_ceil(2 * setup.messages)) {
  HALO_CHECK(setup.messages > 0, "an outbox sends something");
  HALO_CHECK(setup.datagrams_max > 0, "an outbox has a slot");
  HALO_CHECK(setup.bytes_max >= kDatagramBytesMax, "an outbox has room for the longest datagram");
}

bool DatagramOutbox::add(const DatagramPeer& to,
                         std::initializer_list<std::span<const std::byte>> parts,
                         std::size_t bytes) noexcept {
  if (count_ == slots_.size() || bytes > setup_.bytes_max - used_bytes_) {
    return false;
  }
  const auto at = static_cast<std::uint32_t>(used_bytes_);
  for (const std::span<const std::byte> part : parts) {
    if (!part.empty()) {  // memcpy from nowhere is undefined, even of nothing
      std::memcpy(bytes_.get() + used_bytes_, part.data(), part.size());
      used_bytes_ += part.size();
    }
  }
  slots_[count_++] = {to, at, static_cast<std::uint32_t>(bytes), 0, 0, true};
  ++waiting_;
  return true;
}

bool DatagramOutbox::send(int fd, const UdpCalls& calls) noexcept {
  std::size_t next = 0;  // slot
  while (waiting_ > 0) {
    const std::size_t begun = next;
    next = build(begun);
    write_headers();
    switch (send_batch(fd, calls)) {
      case Outcome::kBlocked:
        return false;
      case Outcome::kRebuild:
        next = begun;
        break;
      case Outcome::kNext:
      case Outcome::kAgain:
        break;
    }
  }
  return true;
}

/// Sorts the waiting slots from `from` on into messages, until those of one call are full. Returns
/// the first slot that is not in.
std::size_t DatagramOutbox::build(std::size_t from) noexcept {
  batch_ = 0;
  std::ranges::fill(latest_, 0U);
  std::size_t i = from;
  for (; i < count_; ++i) {
    if (slots_[i].waiting && !join_group(slots_[i], static_cast<std::uint32_t>(i))) {
      break;
    }
  }
  return i;
}

/// Where in `latest_` the peer's latest group is noted, or will be. The table has twice as many
/// entries as there are messages, so the search ends.
std::uint32_t& DatagramOutbox::latest_of(const DatagramPeer& peer) noexcept {
  const std::size_t mask = latest_.size() - 1;
  std::size_t at = DatagramPeerBytes::hash(peer) & mask;
  while (latest_[at] > 0 && slots_[groups_[latest_[at] - 1].first].peer != peer) {
    at = (at + 1) & mask;
  }
  return latest_[at];
}

/// Only the latest group of a peer may take more, so that its datagrams keep their order. False: no
/// message is left.
bool DatagramOutbox::join_group(Slot& slot, std::uint32_t index) noexcept {
  std::uint32_t& latest = latest_of(slot.peer);
  if (latest > 0) {
    Group& group = groups_[latest - 1];
    if (group.open && slot.bytes > 0 && slot.bytes <= group.datagram_bytes &&
        group.bytes + slot.bytes <= kDatagramBytesMax) {
      slot.message = latest - 1;
      ++group.datagrams;
      group.bytes += slot.bytes;
      group.open = slot.bytes == group.datagram_bytes && group.datagrams < kGsoSegmentsMax;
      return true;
    }
  }
  if (batch_ == groups_.size()) {
    return false;
  }
  const bool may_grow = slot.bytes > 0 && slot.bytes <= gso_bytes_max_ && !suspicion_;
  slot.message = static_cast<std::uint32_t>(batch_);
  groups_[batch_] = {index, 1, slot.bytes, slot.bytes, 0, 0, may_grow};
  latest = static_cast<std::uint32_t>(++batch_);
  return true;
}

void DatagramOutbox::write_headers() noexcept {
  std::uint32_t place = 0;
  std::size_t left = 0;  // slots of the batch to find
  for (std::size_t m = 0; m < batch_; ++m) {
    Group& group = groups_[m];
    group.place = place;
    place += group.datagrams;
    left += group.datagrams;
    msghdr& header = messages_[m].header;
    header = {};
    if (!setup_.connected) {
      header.msg_name = DatagramPeerBytes::name(slots_[group.first].peer);
      header.msg_namelen = DatagramPeerBytes::name_bytes(slots_[group.first].peer);
    }
    header.msg_iov = &places_[group.place];
    header.msg_iovlen = static_cast<decltype(header.msg_iovlen)>(group.datagrams);
    header.msg_control = controls_[m].bytes.data();
    write_control(header, slots_[group.first].peer, group.datagrams > 1 ? group.datagram_bytes : 0);
  }
  for (std::uint32_t i = groups_[0].first; left > 0; ++i) {
    Slot& slot = slots_[i];
    if (slot.waiting) {
      Group& group = groups_[slot.message];
      const std::size_t at = group.place + group.placed++;
      places_[at] = {bytes_.get() + slot.at, slot.bytes};
      place_slots_[at] = i;
      --left;
    }
  }
}

DatagramOutbox::Outcome DatagramOutbox::send_batch(int fd, const UdpCalls& calls) noexcept {
  std::size_t done = 0;
  while (done < batch_) {
    const Result<std::size_t> sent =
        calls.send(fd, std::span(messages_).subspan(done, batch_ - done));
    if (sent) {
      tallies_.send_calls.add();
      for (const std::size_t end = done + *sent; done < end; ++done) {
        settle(done, 0);
      }
      tried_again_ = false;
      continue;
    }
    const Outcome outcome = fail(done, sent.error().value());
    if (outcome == Outcome::kNext) {
      ++done;
    } else if (outcome != Outcome::kAgain) {
      return outcome;
    }
  }
  return Outcome::kNext;
}

DatagramOutbox::Outcome DatagramOutbox::fail(std::size_t message, int error) noexcept {
  if (error == EAGAIN || error == EWOULDBLOCK) {
    return Outcome::kBlocked;
  }
  if (setup_.connected && !tried_again_ && is_word_of_the_network(error)) {
    tried_again_ = true;
    pending_error_ = {error, std::system_category()};
    tallies_.receive_errors.add();
    return Outcome::kAgain;
  }
  if (suspect_gso(groups_[message], error)) {
    return Outcome::kRebuild;
  }
  settle(message, error);
  tried_again_ = false;
  return Outcome::kNext;
}

bool DatagramOutbox::suspect_gso(const Group& group, int error) noexcept {
  const bool could_be = error == EIO || error == EINVAL || error == EMSGSIZE || error == EOPNOTSUPP;
  if (group.datagrams == 1 || !could_be) {
    return false;
  }
  tallies_.gso_failures.add();
  suspicion_ = Suspicion{group.first, group.datagram_bytes, error};
  return true;
}

/// The suspected message's first datagram went alone: did that help?
void DatagramOutbox::resolve_suspicion(int error) noexcept {
  if (error == 0) {
    const bool of_size = suspicion_->error == EINVAL || suspicion_->error == EMSGSIZE;
    gso_bytes_max_ =
        of_size ? std::min<std::size_t>(gso_bytes_max_, suspicion_->datagram_bytes - 1) : 0;
  }
  suspicion_.reset();
}

void DatagramOutbox::settle(std::size_t message, int error) noexcept {
  const Group& group = groups_[message];
  for (std::uint32_t i = 0; i < group.datagrams; ++i) {
    settle_slot(place_slots_[group.place + i], error);
  }
  if (error == 0) {
    tallies_.sent.add(group.datagrams);
    tallies_.sent_bytes.add(group.bytes);
    tallies_.gso_messages.add(group.datagrams > 1 ? 1 : 0);
  }
}

void DatagramOutbox::settle_slot(std::uint32_t index, int error) noexcept {
  Slot& slot = slots_[index];
  slot.waiting = false;
  --waiting_;
  if (suspicion_ && suspicion_->slot == index) {
    resolve_suspicion(error);
  }
  if (error != 0) {
    slot.error = error;
    ++failed_;
    tallies_.dropped_for(reason_of(error)).add();
  }
}

void DatagramOutbox::give_up() noexcept {
  for (std::size_t i = 0; i < count_; ++i) {
    if (slots_[i].waiting) {
      settle_slot(static_cast<std::uint32_t>(i), EAGAIN);
    }
  }
}

void DatagramOutbox::forget_done() noexcept {
  if (waiting_ == 0 && failed_ == 0) {
    count_ = used_bytes_ = 0;
    return;
  }
  std::size_t kept = 0;
  used_bytes_ = 0;
  for (std::size_t i = 0; i < count_; ++i) {
    Slot& slot = slots_[i];
    if (!slot.waiting && slot.error == 0) {
      continue;
    }
    // Towards the front, in order: what is there has gone.
    std::memmove(bytes_.get() + used_bytes_, bytes_.get() + slot.at, slot.bytes);
    slot.at = static_cast<std::uint32_t>(used_bytes_);
    used_bytes_ += slot.bytes;
    if (suspicion_ && suspicion_->slot == i) {
      suspicion_->slot = static_cast<std::uint32_t>(kept);
    }
    slots_[kept++] = slot;
  }
  count_ = kept;
}

std::error_code DatagramOutbox::take_pending_error() noexcept {
  return std::exchange(pending_error_, std::error_code{});
}

}  // namespace halo
