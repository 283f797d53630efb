#include "bench/datagram_load.hpp"

#include <array>
#include <string>
#include <utility>

#include "bench/datagram_exchange.hpp"
#include "bench/loop_steps.hpp"
#include "reactor/check.hpp"
#include "reactor/datagram_handler.hpp"

namespace halo::bench {
namespace {

// Room for the answers to any window on one socket; the system's default has it for some 200.
constexpr std::size_t kBufferBytes = std::size_t{1} << 20;

std::string_view as_text(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

UdpOptions socket_options() {
  UdpOptions options;
  options.unsent_datagrams_max = DatagramLoad::kWindowMax;
  options.gso = Offload::kOff;
  options.receive_buffer_bytes = kBufferBytes;
  options.send_buffer_bytes = kBufferBytes;
  return options;
}

}  // namespace

class DatagramLoad::Client final : public DatagramHandler {
 public:
  Client(DatagramLoad& load, std::size_t index) : load_(load), index_(index) {}

  std::error_code connect(EventLoop& loop, const Endpoint& server) {
    Result<std::unique_ptr<UdpSocket>> made =
        UdpSocket::connect(loop, server, *this, socket_options());
    if (made) {
      socket_ = std::move(*made);
    }
    return made.error();
  }
  UdpSocket& socket() noexcept { return *socket_; }

  void on_datagrams(UdpSocket& /*socket*/, std::span<const Datagram> datagrams) override {
    load_.take(index_, datagrams);
  }
  void on_send_error(UdpSocket& /*socket*/, const DatagramPeer& /*peer*/,
                     std::error_code why) override {
    load_.note_send_error(why);
  }
  void on_receive_error(UdpSocket& /*socket*/, std::error_code why) override {
    load_.note_receive_error(why);
  }

 private:
  DatagramLoad& load_;
  const std::size_t index_;
  std::unique_ptr<UdpSocket> socket_;
};

DatagramLoad::DatagramLoad(EventLoop& loop, const DatagramLoadOptions& options,
                           const Interrupt& interrupt)
    : loop_(loop),
      options_(options),
      interrupt_(interrupt),
      ledger_(options.window, options.sockets) {
  HALO_CHECK(options.window <= kWindowMax, "a window from 1 to kWindowMax");
}

DatagramLoad::~DatagramLoad() { loop_.cancel(timer_); }

std::size_t DatagramLoad::open() {
  while (clients_.size() < options_.sockets) {
    auto client = std::make_unique<Client>(*this, clients_.size());
    if (const std::error_code error = client->connect(loop_, options_.server)) {
      count_error(errors_, "connect: " + error.message());
      break;
    }
    clients_.push_back(std::move(client));
  }
  return clients_.size();
}

std::size_t DatagramLoad::open_idle(std::size_t /*count*/) { return 0; }

void DatagramLoad::start() {
  HALO_CHECK(clients_.size() == options_.sockets, "all sockets are open");
  answers_ = 0;
  settled_ = 0;
  latency_.clear();
  asking_ = true;
  const TimePoint now = options_.clock->now();
  for (std::size_t place = 0; place < ledger_.window() && may_ask(); ++place) {
    ask(place, now);
  }
  await_timeout(options_.answer_timeout);
  (void)run_until(loop_, 2 * options_.answer_timeout,
                  [this] { return settled_ >= ledger_.window() || interrupt_ || !may_ask(); });
}

Duration DatagramLoad::run_for(Duration length) {
  const TimePoint began = options_.clock->now();
  measuring_ = true;
  (void)run_until(loop_, length, [this] { return interrupt_ || !may_ask(); });
  measuring_ = false;
  return options_.clock->now() - began;
}

void DatagramLoad::drain() {
  asking_ = false;
  // Each question is answered or given up by then: the limit is for a loop that stands still.
  (void)run_until(loop_, 2 * options_.answer_timeout,
                  [this] { return ledger_.outstanding() == 0 || interrupt_; });
  loop_.cancel(timer_);
  rest(loop_);
}

void DatagramLoad::close_asking() { clients_.clear(); }

void DatagramLoad::ask(std::size_t place, TimePoint now) {
  const std::uint64_t number = ledger_.ask(place, now);
  std::array<char, kDatagramQuestionBytes> question;
  write_datagram_question(number, question);
  UdpSocket& socket = clients_[ledger_.socket_of(number)]->socket();
  if (const std::error_code error =
          socket.send(socket.connected_peer(), std::as_bytes(std::span(question)))) {
    note_send_error(error);
  }
}

void DatagramLoad::take(std::size_t socket, std::span<const Datagram> datagrams) {
  // Not loop().now(), the beginning of the iteration: other sockets were served since then.
  const TimePoint now = options_.clock->now();
  for (const Datagram& datagram : datagrams) {
    const std::optional<std::uint64_t> number = read_datagram_answer(as_text(datagram.bytes));
    if (!number) {
      ledger_.take_nonsense();
      count_error(errors_, kWrongAnswer);
      continue;
    }
    switch (ledger_.take(socket, *number)) {
      case DatagramLedger::Arrival::kAnswered: {
        const std::size_t place = ledger_.place_of(*number);
        ++answers_;
        ++settled_;
        if (measuring_) {
          latency_.record(now - ledger_.asked_at(place));
        }
        if (may_ask()) {
          ask(place, now);
        }
        break;
      }
      case DatagramLedger::Arrival::kWrong:
        count_error(errors_, kWrongAnswer);
        break;
      case DatagramLedger::Arrival::kLate:
      case DatagramLedger::Arrival::kDuplicate:
        break;  // the ledger's counts have it, and the question's place was filled long ago
    }
  }
}

/// A question that did not leave is not answered: it ends as a lost one, too.
void DatagramLoad::note_send_error(std::error_code why) {
  count_error(errors_, "send: " + why.message());
}

void DatagramLoad::note_receive_error(std::error_code why) {
  count_error(errors_, why.message());
  nobody_there_ = true;
}

void DatagramLoad::await_timeout(Duration delay) {
  loop_.cancel(timer_);
  timer_ = loop_.run_after(delay, [this] { give_up_old(); });
}

/// One timer for all questions: none is touched when an answer comes.
void DatagramLoad::give_up_old() {
  const auto due = [this] {
    const std::optional<TimePoint> oldest = ledger_.oldest();
    return oldest && saturating_add(*oldest, options_.answer_timeout) <= options_.clock->now();
  };
  if (due()) {
    for (const std::unique_ptr<Client>& client : clients_) {
      client->socket().drain();
    }
  }
  while (due()) {
    const std::size_t place = ledger_.lose_oldest();
    ++settled_;
    if (may_ask()) {
      ask(place, options_.clock->now());
    }
  }
  const TimePoint now = options_.clock->now();
  const TimePoint next = saturating_add(ledger_.oldest().value_or(now), options_.answer_timeout);
  await_timeout(next - now);
}

}  // namespace halo::bench
