// A connection over a stream: what differs from one over the bare socket. Readiness is not for
// what it seems to be: a read may wait for writability and a write for readability, and what the
// stream has read ahead waits for nothing at all.

#include "reactor/connection.hpp"
#include "reactor/socket.hpp"

namespace halo {

/// The next step towards on_open. True: bytes may pass.
bool Connection::open_stream() {
  const std::error_code error = stream_->open();
  if (error) {
    if (!socket::would_block(error)) {
      close_now(error, false);
    }
    return false;
  }
  stream_opening_ = false;
  active_at_ = loop_.now();
  if (state_ == State::kOpening) {  // else it is closing by now, and nobody waits for on_open
    state_ = State::kOpen;
    handler_->on_open(*this);
  }
  if (state_ != State::kClosed) {
    write_unsent();  // what was sent before
  }
  return true;
}

void Connection::serve_stream(Interest ready) {
  if (stream_opening_) {
    active_at_ = loop_.now();
    (void)open_stream();  // what it has read ahead is delivered in step 7
    return;
  }
  const auto meets = [ready](Interest waits_for) { return (ready & waits_for) != Interest::kNone; };
  if (!unsent_.empty() && meets(stream_->write_waits_for())) {
    write_unsent();
  }
  if (reading() && meets(stream_->read_waits_for())) {
    read_input();
  }
}

/// on_flush while the stream opens: what was sent has to wait, and nothing has arrived.
void Connection::flush_before_open() {
  write_due_ = false;
  stream_refused_ = !unsent_.empty();
  if (draining_ && state_ == State::kOpening && !open_stream()) {
    close(CloseMode::kFlush);
  }
}

/// The end of our output. True: the socket's FIN may follow.
bool Connection::finish_stream() {
  if (stream_opening_) {
    close_now({}, false);  // nothing was sent that could be lost
    return false;
  }
  const std::error_code error = stream_->finish();
  if (!error) {
    return true;
  }
  if (!socket::would_block(error)) {
    // A peer that has finished and gone misses nothing.
    close_now(input_ended_ ? std::error_code{} : error, false);
  }
  return false;
}

/// What to watch the socket for. Not while lingering: what comes then is dropped unread.
Interest Connection::stream_interest() noexcept {
  if (state_ == State::kClosed) {
    return interest_;
  }
  if (stream_opening_) {
    return stream_->read_waits_for();
  }
  Interest wanted = reading() ? stream_->read_waits_for() : Interest::kNone;
  const bool finishing = state_ == State::kFlushing && unsent_.empty();
  stream_refused_ = !unsent_.empty() && !write_due_;
  if (stream_refused_ || finishing) {
    wanted = wanted | stream_->write_waits_for();
  }
  return wanted;
}

}  // namespace halo
