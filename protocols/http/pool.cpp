#include "protocols/http/internal/pool.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "protocols/http/internal/client_rooms.hpp"
#include "protocols/http/internal/client_session.hpp"

namespace halo::http {

Pool::Pool(ClientRooms& rooms, Route route) : rooms_(rooms), route_(std::move(route)) {}

Pool::~Pool() { starve(false); }

void Pool::shut_down() {
  waiting_.clear();
  dials_.clear();
}

void Pool::submit(Token token, bool first) {
  const bool retried = rooms_.exchanges.find(token)->retried;
  while (!idle_.empty() && !retried) {
    ClientSession& session = *idle_.back();
    if (session.quiet()) {
      session.start(token);
      return;
    }
    session.dismiss();
  }
  Exchange& exchange = *rooms_.exchanges.find(token);
  exchange.queued_in = this;
  exchange.place = waiting_.insert(first ? waiting_.begin() : waiting_.end(), token);
  connect_as_wanted();
}

void Pool::withdraw(Exchange& exchange) {
  exchange.queued_in = nullptr;
  waiting_.erase(exchange.place);
}

void Pool::hang_up_surplus() {
  bool gone = false;
  while (dials_.size() > waiting_.size()) {
    if (!dials_.back().hang_up()) {
      break;  // almost there: it will be an idle one
    }
    dials_.pop_back();
    --rooms_.connections;
    gone = true;
  }
  if (waiting_.empty()) {
    starve(false);
  }
  ClientRooms& rooms = rooms_;
  if (unused()) {
    rooms.remove_if_unused(std::string(route_.name));  // this is gone
  }
  if (gone) {
    rooms.serve_starved();
  }
}

Stage Pool::stage() const noexcept {
  return dials_.empty() ? Stage::kWait : dials_.front().stage();
}

void Pool::connect_as_wanted() {
  starve(false);
  while (dials_.size() < waiting_.size() &&
         sessions_ + dials_.size() < rooms_.options.connections_per_origin_max) {
    if (rooms_.connections >= rooms_.options.connections_max) {
      starve(true);
      rooms_.dismiss_longest_idle();
      return;
    }
    ++rooms_.connections;
    dials_.emplace_back(rooms_, *this).start();
  }
}

void Pool::starve(bool starved) {
  if (starved == starved_) {
    return;
  }
  starved_ = starved;
  if (starved) {
    rooms_.starved.push_back(this);
  } else {
    rooms_.starved.remove(this);
  }
}

void Pool::on_dial_failed(Dial& dial, std::error_code error, const std::string& detail) {
  ClientRooms& rooms = rooms_;
  const std::string name = route_.name;
  const Stage stage = dial.stage();
  dials_.remove_if([&dial](const Dial& other) { return &other == &dial; });
  --rooms.connections;
  std::list<Token> failed;
  if (sessions_ == 0 && dials_.empty()) {  // else the others may serve them, or fail in their turn
    failed.swap(waiting_);
  }
  for (const Token token : failed) {
    Exchange& exchange = *rooms.exchanges.find(token);
    exchange.queued_in = nullptr;
    exchange.stage = stage;
    rooms.finish_later(token, error, detail);
  }
  rooms.remove_if_unused(name);  // this may be gone
  rooms.serve_starved();
}

void Pool::on_session_open(Dial& dial, ClientSession& session) {
  dials_.remove_if([&dial](const Dial& other) { return &other == &dial; });
  ++sessions_;
  on_session_free(session);
}

void Pool::on_session_free(ClientSession& session) {
  for (const Token token : waiting_) {
    Exchange& exchange = *rooms_.exchanges.find(token);
    if (!exchange.retried || !session.used()) {  // a second try has the best chance: a new one
      withdraw(exchange);
      session.start(token);
      return;
    }
  }
  idle_.push_back(&session);
  session.rest();
  if (!waiting_.empty() && dials_.empty()) {
    session.dismiss();  // its place is needed for a new one
  } else if (!rooms_.starved.empty()) {
    rooms_.dismiss_longest_idle();
  }
}

void Pool::on_session_taken(ClientSession& session) {
  // Mostly the last one.
  const auto place = std::find(idle_.rbegin(), idle_.rend(), &session);
  idle_.erase(std::next(place).base());
}

void Pool::on_session_closed() {
  ClientRooms& rooms = rooms_;
  --sessions_;
  --rooms.connections;
  connect_as_wanted();
  rooms.remove_if_unused(std::string(route_.name));  // this may be gone
  rooms.serve_starved();
}

void Pool::dismiss_idle() {
  while (!idle_.empty()) {
    idle_.back()->dismiss();
  }
}

}  // namespace halo::http
