// The data path of a connection: what is read and delivered, what is sent and kept.

#include <algorithm>

#include "reactor/check.hpp"
#include "reactor/connection.hpp"
#include "reactor/error.hpp"
#include "reactor/internal/connection_rooms.hpp"
#include "reactor/limits.hpp"
#include "reactor/socket.hpp"

namespace halo {
namespace {

// The seam: all that a connection over the bare socket pays for those over a stream.

Result<std::size_t> read_some(ByteStream* stream, int fd, std::span<std::byte> room) {
  if (stream != nullptr) [[unlikely]] {
    return stream->read(room);
  }
  return socket::read_some(fd, room);
}

Result<std::size_t> write_some(ByteStream* stream, int fd, std::span<const std::byte> bytes) {
  if (stream != nullptr) [[unlikely]] {
    return stream->write(bytes);
  }
  return socket::write_some(fd, bytes);
}

}  // namespace

// ---- input ----

void Connection::read_input() {
  const bool kept = !unread_.empty();
  const std::span<std::byte> room =
      kept ? unread_.prepare(limits::kKeptReadBytes) : loop_.read_buffer();
  __builtin_prefetch(handler_.get());  // arrives while the kernel copies
  const Result<std::size_t> count =
      read_some(stream_.get(), fd_.get(), room.first(std::min(room.size(), limits::kReadBytesMax)));
  if (!count) {
    if (!socket::would_block(count.error())) {
      close_now(count.error(), false);
    } else if (draining_) {
      close(CloseMode::kFlush);  // what had arrived is answered
    }
    return;
  }
  if (*count == 0) {
    end_input();
    return;
  }
  active_at_ = loop_.now();
  if (kept) {
    unread_.commit(*count);
    deliver(unread_.bytes(), true);
  } else {
    deliver(room.first(*count), false);
  }
}

void Connection::deliver(std::span<const std::byte> unread, bool kept) {
  deliver_again_ = false;
  const std::size_t consumed = handler_->on_data(*this, unread);
  HALO_CHECK(consumed <= unread.size(), "on_data consumes at most what it was given");
  if (state_ != State::kOpen) {
    return;  // the rest is of no use any more
  }
  const std::span<const std::byte> rest = unread.subspan(consumed);
  if (!kept) {
    unread_.append(rest);
  } else if (rest.empty()) {
    unread_.release();
  } else {
    unread_.consume(consumed);
  }
  if (rest.empty()) {
    message_begun_ = false;
    deliver_again_ = false;
    return;
  }
  if (consumed > 0 || !message_begun_) {
    message_begun_ = true;
    message_at_ = loop_.now();
  }
  // A handler that stopped reading (and may have resumed meanwhile) left whole messages, which come
  // again; one that reads on waits for the rest of a message.
  deliver_again_ = deliver_again_ || !reading();
  if (!deliver_again_ && unread_.size() > rooms_.options.unread_bytes_max) {
    close_now(Errc::kInputOverflow, false);
  }
}

void Connection::deliver_kept() {
  if (deliver_again_ && reading()) {
    deliver_again_ = false;
    if (!unread_.empty()) {
      deliver(unread_.bytes(), true);
    }
  }
}

void Connection::end_input() {
  input_ended_ = true;
  message_begun_ = false;
  handler_->on_end(*this, unread_.bytes());
  unread_.release();
}

void Connection::drop_input() {
  const Result<std::size_t> count = socket::read_some(fd_.get(), loop_.read_buffer());
  if (!count) {
    if (!socket::would_block(count.error())) {
      close_now(count.error(), false);
    }
    return;
  }
  dropped_bytes_ += static_cast<std::uint32_t>(*count);
  if (*count == 0 || dropped_bytes_ > limits::kLingerBytesMax) {
    close_now({}, false);
  }
}

void Connection::pause_reading() { paused_ = true; }

void Connection::resume_reading() {
  if (!paused_) {
    return;
  }
  paused_ = false;
  active_at_ = loop_.now();  // until now the peer could do nothing about it
  if (!stream_opening_) {
    message_at_ = active_at_;
  }
  deliver_again_ = true;
  loop_.flush_later(watch_);
}

void Connection::drain() {
  draining_ = true;
  loop_.flush_later(watch_);
}

// ---- output ----

/// Older bytes go first, and the buffer has one owner at a time: a handler may adopt a connection,
/// whose on_open runs inside of another one's event.
void Connection::gather_if_free() noexcept {
  GatherBuffer& gather = loop_.gather_buffer();
  if (gather.owner == nullptr && unsent_.empty()) {
    gather.owner = this;
  }
}

std::size_t Connection::unsent_bytes() const noexcept {
  return unsent_.size() + (gathering() ? loop_.gather_buffer().bytes.size() : 0);
}

void Connection::send(std::span<const std::byte> bytes) {
  HALO_CHECK(loop_.in_loop_thread(), "send on a thread that is not the loop's: use post()");
  if (closing()) {
    return;
  }
  if (gathering()) {
    Buffer& gathered = loop_.gather_buffer().bytes;
    if (gathered.size() + bytes.size() <= limits::kGatherBytesMax) {
      gathered.append(bytes);
      return;
    }
    write_gathered();
    if (state_ == State::kOpen && gathering()) {
      keep_unsent(bytes.subspan(write_now(bytes)));
      return;
    }
  }
  queue(bytes);
}

/// Behind what is unsent already; written at the end of the iteration, unless that waits for the
/// peer anyway.
void Connection::queue(std::span<const std::byte> bytes) {
  const bool waits =
      (includes(interest_, Interest::kWritable) || stream_refused_) && !unsent_.empty();
  keep_unsent(bytes);
  if (!waits && !write_due_ && state_ != State::kClosed && !unsent_.empty()) {
    write_due_ = true;
    loop_.flush_later(watch_);
  }
}

/// Gives what was gathered to the kernel and keeps the rest, which ends the gathering.
void Connection::write_gathered() {
  if (!gathering() || state_ == State::kClosed) {
    return;
  }
  Buffer& gathered = loop_.gather_buffer().bytes;
  if (!gathered.empty()) {
    keep_unsent(gathered.bytes().subspan(write_now(gathered.bytes())));
    gathered.clear();
  }
}

/// Writes once. Returns how many bytes are done with: all of them after a failure, which closes.
std::size_t Connection::write_now(std::span<const std::byte> bytes) {
  const Result<std::size_t> count = write_some(stream_.get(), fd_.get(), bytes);
  if (count) {
    active_at_ = loop_.now();
    return *count;
  }
  if (socket::would_block(count.error())) {
    return 0;
  }
  close_now(count.error(), false);
  return bytes.size();
}

void Connection::keep_unsent(std::span<const std::byte> bytes) {
  if (bytes.empty() || state_ == State::kClosed) {
    return;
  }
  if (gathering()) {
    loop_.gather_buffer().owner = nullptr;  // order: what follows queues behind these
  }
  const ConnectionOptions& options = rooms_.options;
  if (bytes.size() > options.unsent_bytes_max ||
      unsent_.size() > options.unsent_bytes_max - bytes.size()) {
    close_now(Errc::kOutputOverflow, true);
    return;
  }
  unsent_.append(bytes);
  above_mark_ = above_mark_ || unsent_.size() > options.unsent_high_mark_bytes;
}

void Connection::write_unsent() {
  write_due_ = false;
  if (unsent_.empty()) {
    return;
  }
  const std::size_t count = write_now(unsent_.bytes());
  if (state_ == State::kClosed) {
    return;
  }
  unsent_.consume(count);
  if (!unsent_.empty()) {
    return;
  }
  unsent_.release();
  const bool waited = above_mark_ || includes(interest_, Interest::kWritable) || stream_refused_;
  above_mark_ = false;
  stream_refused_ = false;
  gather_if_free();
  if (waited && state_ == State::kOpen) {
    handler_->on_drain(*this);
    deliver_kept();
  }
}

}  // namespace halo
