#include "reactor/connection.hpp"

#include <utility>

#include "reactor/check.hpp"
#include "reactor/error.hpp"
#include "reactor/internal/connection_rooms.hpp"
#include "reactor/socket.hpp"

namespace halo {

void ConnectionHandler::on_end(Connection& connection, std::span<const std::byte> /*unread*/) {
  connection.close(CloseMode::kFlush);
}

/// The time in which one of the connection's callbacks may run. What is sent meanwhile is gathered
/// in the loop's buffer, unless older bytes wait or another connection's event is at work (a
/// handler that adopts a new connection). An exception resets the connection and goes on.
class Connection::InEvent {
 public:
  explicit InEvent(Connection& connection) : connection_(connection) {
    connection_.gather_if_free();
    connection_.in_event_ = true;
    connection_.loop_.enter_callback();
  }

  InEvent(const InEvent&) = delete;
  InEvent& operator=(const InEvent&) = delete;

  void finish() {
    connection_.write_gathered();
    leave();
    connection_.settle();
  }

  ~InEvent() {
    if (connection_.in_event_) {
      leave();
      connection_.close_now(Errc::kHandlerThrew, true);
    }
  }

 private:
  void leave() noexcept {
    GatherBuffer& gather = connection_.loop_.gather_buffer();
    if (gather.owner == &connection_) {
      gather.bytes.clear();
      gather.owner = nullptr;
    }
    connection_.in_event_ = false;
    connection_.loop_.leave_callback();
  }

  Connection& connection_;
};

Connection::Connection(ConnectionRooms& rooms, OwnedFd fd,
                       std::unique_ptr<ConnectionHandler> handler,
                       std::unique_ptr<ByteStream> stream)
    : loop_(rooms.loop),
      rooms_(rooms),
      handler_(std::move(handler)),
      stream_(std::move(stream)),
      fd_(std::move(fd)),
      state_(stream_ == nullptr ? State::kOpen : State::kOpening),
      stream_opening_(stream_ != nullptr),
      active_at_(rooms.loop.now()),
      idle_timeout_(rooms.options.idle_timeout) {}

Connection::~Connection() {
  HALO_CHECK(state_ == State::kClosed, "a connection is destroyed by its table, after its close");
}

Connection* Connection::find(EventLoop& loop, ConnectionId id) noexcept {
  // An id is made by id() alone, so a live watch of that token is a connection's.
  return static_cast<Connection*>(loop.find_handler(id.token));
}

// ---- events ----

std::error_code Connection::open() {
  Result<Token> watch = loop_.watch(fd_.get(), Interest::kReadable, *this);
  if (!watch) {
    state_ = State::kClosed;
    return watch.error();
  }
  watch_ = *watch;
  InEvent event(*this);
  if (stream_ == nullptr) {
    handler_->on_open(*this);
  } else {
    message_at_ = loop_.now();
    stream_->attach(fd_.get());
    (void)open_stream();  // until it has, readiness calls again
  }
  event.finish();
  return {};
}

void Connection::on_ready(Event ready) {
  if (state_ == State::kLingering) {
    drop_input();
    return;
  }
  InEvent event(*this);
  if (stream_ != nullptr) [[unlikely]] {
    serve_stream(ready.ready);
    event.finish();
    return;
  }
  if (includes(ready.ready, Interest::kWritable)) {
    write_unsent();
  }
  if (includes(ready.ready, Interest::kReadable) && reading()) {
    read_input();
  }
  event.finish();
}

void Connection::on_flush() {
  InEvent event(*this);
  if (stream_opening_) [[unlikely]] {
    flush_before_open();
    event.finish();
    return;
  }
  if (write_due_) {
    write_unsent();
  }
  deliver_kept();
  if ((draining_ || has_input_ahead()) && reading() && !deliver_again_) {
    read_input();
  }
  event.finish();
}

// ---- closing ----

void Connection::close(CloseMode mode) {
  HALO_CHECK(loop_.in_loop_thread(), "close on a thread that is not the loop's: use post()");
  if (mode == CloseMode::kReset) {
    close_now({}, true);
    return;
  }
  if (!closing()) {
    state_ = State::kFlushing;
    active_at_ = loop_.now();
    if (!in_event_) {
      loop_.flush_later(watch_);
    }
  }
}

void Connection::abort(std::error_code why) {
  HALO_CHECK(why, "an abort has a reason");
  close_now(why, true);
}

/// What follows from an event, whatever it was.
void Connection::settle() {
  if (state_ == State::kFlushing && unsent_.empty()) {
    continue_closing();
  }
  if (state_ == State::kClosed) {
    return;
  }
  update_interest();
  arm_timer();
  if ((draining_ || has_input_ahead()) && reading()) {
    loop_.flush_later(watch_);
  }
}

void Connection::continue_closing() {
  unread_.release();
  if (stream_ != nullptr && !finish_stream()) {
    return;
  }
  if (input_ended_) {
    close_now({}, false);
    return;
  }
  // Closing with unread input, or input to come, makes the kernel send a reset, which can destroy
  // the last answer on its way. So: FIN, and wait for the peer's. See RFC 9293, section 3.6.1.
  if (const std::error_code error = socket::shutdown_write(fd_.get())) {
    close_now(error, false);
    return;
  }
  state_ = State::kLingering;
  active_at_ = loop_.now();
}

void Connection::update_interest() {
  const bool wants_input = reading() || state_ == State::kLingering;
  Interest wanted = (wants_input ? Interest::kReadable : Interest::kNone) |
                    (unsent_.empty() || write_due_ ? Interest::kNone : Interest::kWritable);
  if (stream_ != nullptr && state_ != State::kLingering) [[unlikely]] {
    wanted = stream_interest();
  }
  if (wanted == interest_) {
    return;
  }
  if (const std::error_code error = loop_.rewatch(watch_, wanted)) {
    close_now(error, false);
    return;
  }
  interest_ = wanted;
}

void Connection::close_now(std::error_code why, bool reset) {
  if (state_ == State::kClosed) {
    return;
  }
  state_ = State::kClosed;
  why_ = why;
  loop_.cancel(timer_);
  if (reset) {
    (void)socket::reset_on_close(fd_.get());  // an orderly close is the worst that can happen
  }
  loop_.unwatch(watch_);
  fd_.reset();
  rooms_.remove_later(place_);
}

// ---- the rest ----

void Connection::finish() { handler_->on_close(*this, why_); }

Result<Endpoint> Connection::peer_endpoint() const { return socket::peer_endpoint(fd_.get()); }
Result<Endpoint> Connection::local_endpoint() const { return socket::local_endpoint(fd_.get()); }

}  // namespace halo
