#include "bench/load.hpp"

#include <memory>
#include <string>
#include <utility>

#include "bench/loop_steps.hpp"
#include "reactor/check.hpp"
#include "reactor/connection_handler.hpp"

namespace halo::bench {
namespace {

std::string_view as_text(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace

/// One connection: takes the welcome, then asks whenever the load says so, and checks each answer.
class Load::Client final : public ConnectionHandler {
 public:
  Client(Load& load, bool asks, TimePoint began)
      : load_(load),
        asks_(asks),
        began_(began),
        name_(load.next_name_++),
        asked_at_(asks ? std::make_unique<TimePoint[]>(load.options_.depth) : nullptr) {}

  void ask(Connection& connection, std::size_t count, TimePoint now) {
    const Exchange& exchange = load_.exchange_;
    const std::span<char> room(load_.questions_);
    for (std::size_t i = 0; i < count; ++i) {
      exchange.write_question(name_, asked_, room.subspan(i * exchange.question_bytes));
      asked_at_[asked_ % load_.options_.depth] = now;
      ++asked_;
    }
    if (!load_.options_.churn) {
      load_.under_way_ += count;
    }
    connection.send(std::string_view(room.data(), count * exchange.question_bytes));
  }

  void on_open(Connection& connection) override {
    if (load_.exchange_.welcome.empty()) {
      on_welcome(connection);
    }
  }

  std::size_t on_data(Connection& connection, std::span<const std::byte> unread) override {
    std::string_view text = as_text(unread);
    if (!welcomed_) {
      const std::string_view welcome = load_.exchange_.welcome;
      if (text.size() < welcome.size() && welcome.starts_with(text)) {
        return 0;
      }
      if (!text.starts_with(welcome)) {
        fail(connection, kWrongAnswer);
        return 0;
      }
      text.remove_prefix(welcome.size());
      on_welcome(connection);
    }
    if (!text.empty()) {
      text = take_answers(connection, text);
    }
    return unread.size() - text.size();
  }

  void on_close(Connection&, std::error_code why) override {
    if (load_.state_ == State::kClosing) {
      return;
    }
    if (!done_) {
      count_error(load_.errors_, why ? why.message() : std::string(kClosedEarly));
    }
    load_.failed_ += welcomed_ ? 0 : 1;
    if (load_.options_.churn) {
      end_cycle();
    } else {
      load_.asking_ -= asks_ && welcomed_ ? 1 : 0;
      load_.under_way_ -= asked_ - answered_;
    }
  }

 private:
  void on_welcome(Connection& connection) {
    welcomed_ = true;
    ++load_.opened_;
    if (!asks_) {
      return;
    }
    if (load_.options_.churn) {
      ask(connection, 1, began_);
    } else {
      ++load_.asking_;
    }
  }

  /// Returns what is left: the beginning of an answer.
  std::string_view take_answers(Connection& connection, std::string_view text) {
    // Not loop().now(), the beginning of the iteration: other connections were served since then.
    const TimePoint now = monotonic_clock().now();
    const Exchange& exchange = load_.exchange_;
    std::size_t count = 0;
    while (!text.empty()) {
      const std::string_view answer = text.substr(0, exchange.answer_bytes);
      if (answered_ == asked_ || !exchange.answer_matches(name_, answered_, answer)) {
        fail(connection, kWrongAnswer);
        return text;
      }
      if (answer.size() < exchange.answer_bytes) {
        break;
      }
      note_answer(now);
      text.remove_prefix(exchange.answer_bytes);
      ++count;
    }
    if (load_.options_.churn && count > 0) {
      done_ = true;
      connection.close(CloseMode::kFlush);
    } else if (load_.state_ == State::kAsking && count > 0) {
      ask(connection, count, now);
    }
    return text;
  }

  void note_answer(TimePoint now) {
    if (load_.measuring_) {
      load_.latency_.record(now - asked_at_[answered_ % load_.options_.depth]);
    }
    ++answered_;
    ++load_.answers_;
    if (!load_.options_.churn) {
      --load_.under_way_;
    }
  }

  void fail(Connection& connection, std::string_view kind) {
    count_error(load_.errors_, kind);
    done_ = true;
    failed_ = true;
    connection.close(CloseMode::kReset);
  }

  /// Of a churn: the next connection takes the place of this one, unless it has failed.
  void end_cycle() {
    --load_.under_way_;
    --load_.asking_;
    if (done_ && !failed_ && load_.state_ == State::kAsking) {
      load_.start_cycles(1);
    }
  }

  Load& load_;
  const bool asks_;
  bool welcomed_ = false;
  bool done_ = false;  // its close is no surprise
  bool failed_ = false;
  const TimePoint began_;  // the connect
  const std::uint32_t name_;
  std::uint32_t asked_ = 0;
  std::uint32_t answered_ = 0;
  std::unique_ptr<TimePoint[]> asked_at_;  // of question n at n % depth
};

Load::Load(EventLoop& loop, const LoadOptions& options, const Interrupt& interrupt)
    : loop_(loop),
      options_(options),
      exchange_(*options.exchange),
      interrupt_(interrupt),
      questions_(options.depth * exchange_.question_bytes),
      active_(loop),
      idle_(loop),
      opener_(
          loop, options.server, options.open_timeout,
          [this](OwnedFd socket, TimePoint began) { adopt(std::move(socket), began); },
          [this](std::error_code why) { on_open_failed(why); }) {
  HALO_CHECK(options.depth >= 1 && options.depth <= kDepthMax, "a depth from 1 to kDepthMax");
  HALO_CHECK(!options.churn || options.depth == 1, "a churn asks once for each connection");
}

Load::~Load() { state_ = State::kClosing; }

std::size_t Load::open() {
  return options_.churn ? options_.connections : open_in(active_, options_.connections);
}

std::size_t Load::open_idle(std::size_t count) { return open_in(idle_, count); }

std::size_t Load::open_in(ConnectionTable& table, std::size_t count) {
  opening_ = &table;
  opened_ = 0;
  failed_ = 0;
  opener_.open(count);
  const bool all = run_until(loop_, options_.open_timeout,
                             [&] { return opened_ + failed_ >= count || interrupt_; });
  if (!all) {
    opener_.forget_waiting();
    count_error(errors_, kTimeOut, count - opened_ - failed_);
  }
  return opened_;
}

void Load::adopt(OwnedFd socket, TimePoint began) {
  const bool asks = opening_ == &active_;
  const Result<Connection*> connection =
      opening_->adopt(std::move(socket), std::make_unique<Client>(*this, asks, began));
  if (!connection) {
    on_open_failed(connection.error());
  }
}

void Load::on_open_failed(std::error_code why) {
  ++failed_;
  count_error(errors_, "connect: " + why.message());
  if (options_.churn) {
    --under_way_;
    --asking_;
  }
}

void Load::start_cycles(std::size_t count) {
  under_way_ += count;
  asking_ += count;
  opener_.open(count);
}

void Load::start() {
  answers_ = 0;
  latency_.clear();
  state_ = State::kAsking;
  if (options_.churn) {
    opening_ = &active_;
    start_cycles(options_.connections);
  } else {
    const TimePoint now = monotonic_clock().now();
    active_.for_each([this, now](Connection& connection) {
      static_cast<Client&>(connection.handler()).ask(connection, options_.depth, now);
    });
  }
  const std::uint64_t asked = options_.connections * options_.depth;
  (void)run_until(loop_, options_.answer_timeout,
                  [this, asked] { return answers_ >= asked || interrupt_ || asking_ == 0; });
}

Duration Load::run_for(Duration length) {
  const TimePoint began = monotonic_clock().now();
  measuring_ = true;
  (void)run_until(loop_, length, [this] { return interrupt_ || asking_ == 0; });
  measuring_ = false;
  return monotonic_clock().now() - began;
}

void Load::drain() {
  state_ = State::kDraining;
  const bool all =
      run_until(loop_, options_.answer_timeout, [this] { return under_way_ == 0 || interrupt_; });
  if (!all) {
    count_error(errors_, kTimeOut, under_way_);
  }
  (void)run_until(loop_, kRest, [] { return false; });
  state_ = State::kQuiet;
}

void Load::close_asking() {
  state_ = State::kClosing;
  active_.for_each([](Connection& connection) { connection.close(CloseMode::kFlush); });
  (void)run_until(loop_, options_.answer_timeout, [this] { return active_.size() == 0; });
}

}  // namespace halo::bench
