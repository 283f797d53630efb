#include "tools/datagram_client.hpp"

#include <cstdio>
#include <span>
#include <utility>

#include <fmt/format.h>

#include "protocols/hello/datagram_codec.hpp"
#include "reactor/check.hpp"
#include "reactor/datagram_handler.hpp"
#include "reactor/error.hpp"
#include "reactor/udp_socket.hpp"
#include "servers/command_line.hpp"
#include "servers/hello_options.hpp"

namespace halo {
namespace {

/// Few enough for the receive buffer of a server that is asked by others, too.
constexpr std::size_t kOpenMax = 16;
constexpr std::size_t kOpenBytesMax = 64 * 1024;

/// One question takes one datagram each way, and some that nobody asked for.
constexpr UdpOptions kSocketOptions{.batch_messages = 1,
                                    .unsent_datagrams_max = 1,
                                    .unsent_bytes_max = kDatagramBytesMax,
                                    .gso = Offload::kOff,
                                    .gro = Offload::kOff};

constexpr const char* kSeeServer =
    "see whether a server is there (hello-udp), or give a longer --timeout";

bool is_refusal(std::error_code error) noexcept {
  return error == std::errc::connection_refused || error == Errc::kSelfConnect;
}

}  // namespace

std::string_view problem_with_datagram(std::string_view name) {
  constexpr std::size_t kNameBytesMax = 65'499;
  static_assert(kNameBytesMax + hello::kAnswerPrefix.size() + hello::kDatagramSuffix.size() ==
                hello::kAnswerDatagramBytesMax);
  return name.size() <= kNameBytesMax
             ? ""
             : "with --udp a name has at most 65499 bytes, so that its answer fits a datagram";
}

/// A question that is open: its socket, and the timer of its present try.
class DatagramClient::Question final : public DatagramHandler {
 public:
  Question(DatagramClient& client, std::size_t number) : client_(client), number_(number) {}
  ~Question() override { client_.loop_.cancel(timer_); }

  std::size_t number() const noexcept { return number_; }
  std::size_t bytes() const { return client_.book_.name(number_).size(); }

  /// Asks `server`, from now on and with all tries. Fails as UdpSocket::connect does.
  std::error_code ask(const Endpoint& server) {
    close();
    Result<std::unique_ptr<UdpSocket>> socket =
        UdpSocket::connect(client_.loop_, server, *this, kSocketOptions);
    if (!socket) {
      return socket.error();
    }
    socket_ = std::move(*socket);
    if (socket_->local_endpoint() == server) {  // the kernel gave us the port that nobody had
      return Errc::kSelfConnect;
    }
    tries_ = 0;
    return send();
  }

  /// No callback comes any more. The socket may be in one: it goes when none is active.
  void close() {
    client_.loop_.cancel(timer_);
    if (socket_) {
      socket_->close();
      client_.loop_.reap_later([socket = std::move(socket_)] {});
    }
  }

 private:
  std::error_code send() {
    const std::string& name = client_.book_.name(number_);
    const Duration wait =
        wait_after_try(client_.options_.timeout, client_.options_.retries, tries_++);
    timer_ = client_.loop_.run_after(wait, [this] { on_wait_over(); });
    return socket_->send(socket_->connected_peer(), std::as_bytes(std::span(name)));
  }

  void on_wait_over() {
    if (tries_ > client_.options_.retries) {
      client_.on_timeout(*this);
    } else if (const std::error_code error = send()) {
      client_.on_error(error);
    }
  }

  void on_datagrams(UdpSocket& socket, std::span<const Datagram> datagrams) override {
    for (const Datagram& datagram : datagrams) {
      if (!socket.closed()) {
        client_.on_reply(
            *this, {reinterpret_cast<const char*>(datagram.bytes.data()), datagram.bytes.size()});
      }
    }
  }
  void on_send_error(UdpSocket& /*socket*/, const DatagramPeer& /*peer*/,
                     std::error_code why) override {
    client_.on_error(why);
  }
  void on_receive_error(UdpSocket& /*socket*/, std::error_code why) override {
    client_.on_error(why);
  }

  DatagramClient& client_;
  const std::size_t number_;
  std::size_t tries_ = 0;
  TimerId timer_;
  std::unique_ptr<UdpSocket> socket_;
};

DatagramClient::DatagramClient(EventLoop& loop, std::vector<Endpoint> servers, NameSource& names,
                               const DatagramClientOptions& options)
    : loop_(loop), servers_(std::move(servers)), names_(names), options_(options) {
  HALO_CHECK(!servers_.empty(), "somebody is asked");
  HALO_CHECK(options_.retries <= kRetriesMax, "the waits are for so many tries");
}

DatagramClient::~DatagramClient() {
  open_.clear();
  loop_.reap_if_outside();  // what knows us goes before we do
}

ClientOutcome DatagramClient::run() {
  names_.set_on_more([this] { ask_more(); });
  ask_more();
  loop_.run();
  write_outcome();
  return std::move(outcome_);
}

/// Asks what may be asked now, prints what is due, and stops the loop when all is said.
void DatagramClient::ask_more() {
  print_answers();
  while (!names_ended_ && has_room()) {
    std::optional<std::string> name = names_.next();
    if (names_.error()) {
      end_names("cannot read names from standard input: " + names_.error().message(), "");
    } else if (name) {
      ask(std::move(*name));
    } else if (names_.ended()) {
      end_names("", "");
    } else {
      break;
    }
  }
  if (names_ended_ && open_.empty()) {
    loop_.stop();
  }
}

bool DatagramClient::has_room() const noexcept {
  return book_.kept() < kOpenMax && open_bytes_ < kOpenBytesMax;
}

void DatagramClient::ask(std::string name) {
  if (const std::string_view problem = problem_with_datagram(name); !problem.empty()) {
    end_names(fmt::format("cannot send name {}: {}", book_.asked() + 1, problem), "");
    return;
  }
  open_bytes_ += name.size();
  const std::size_t number = book_.ask(std::move(name));
  Question& question = *(open_[number] = std::make_unique<Question>(*this, number));
  if (const std::error_code error = question.ask(servers_[server_])) {
    leave_server(error);
  }
}

/// `why`, where not empty: because of an error.
void DatagramClient::end_names(std::string why, std::string fix) {
  names_ended_ = true;
  if (outcome_.why.empty()) {
    outcome_.why = std::move(why);
    outcome_.fix = std::move(fix);
  }
}

void DatagramClient::on_reply(Question& question, std::string_view reply) {
  if (book_.take_reply(question.number(), reply)) {
    close(question);
    ask_more();
  }
}

void DatagramClient::on_error(std::error_code why) {
  if (is_refusal(why)) {
    leave_server(why);
    ask_more();
  } else {
    soft_error_ = why;
  }
}

void DatagramClient::on_timeout(Question& question) {
  if (book_.answered() == 0 && server_ + 1 < servers_.size()) {
    leave_server(std::make_error_code(std::errc::timed_out));
  } else {
    book_.give_up(question.number());
    close(question);
    if (book_.missing_in_a_row() >= kOpenMax && !names_ended_) {
      end_names(fmt::format("{} names in a row without an answer, so no more were sent", kOpenMax),
                kSeeServer);
    }
  }
  ask_more();
}

/// Nobody is there: goes to the next server, or ends.
void DatagramClient::leave_server(std::error_code why) {
  while (why) {
    if (book_.answered() > 0 || server_ + 1 == servers_.size()) {
      end_names(why.message(), is_refusal(why) ? "start a server (hello-udp), or give --port" : "");
      give_up_all();
      return;
    }
    ++server_;
    why = ask_all_again();
  }
}

std::error_code DatagramClient::ask_all_again() {
  for (const auto& [number, question] : open_) {
    if (const std::error_code error = question->ask(servers_[server_])) {
      return error;
    }
  }
  return {};
}

/// The question's own callback may be active.
void DatagramClient::close(Question& question) {
  question.close();
  const auto place = open_.find(question.number());
  open_bytes_ -= question.bytes();
  loop_.reap_later([gone = std::move(place->second)] {});
  open_.erase(place);
}

void DatagramClient::give_up_all() {
  while (!open_.empty()) {
    Question& question = *open_.begin()->second;
    book_.give_up(question.number());
    close(question);
  }
}

void DatagramClient::print_answers() {
  bool failed = false;
  bool printed = false;
  while (const std::optional<std::string> answer = book_.next_answer()) {
    failed = failed || std::fwrite(answer->data(), 1, answer->size(), stdout) != answer->size() ||
             std::putchar('\n') == EOF;
    printed = true;
  }
  if (failed || (printed && std::fflush(stdout) != 0)) {
    end_names("cannot write to standard output: " + last_error().message(), "");
    give_up_all();
  }
}

void DatagramClient::write_outcome() {
  outcome_.names = book_.asked();
  outcome_.answers = book_.answered();
  if (book_.missing() == 0) {
    return;
  }
  std::string why = fmt::format("no answer to {}", book_.missing_names());
  if (outcome_.why.empty()) {
    why += " within " + command_line::format_duration(options_.timeout);
    outcome_.fix = book_.missing_reads_as_answer()
                       ? "a server leaves unanswered what reads as an answer: see hello-udp --help"
                       : kSeeServer;
  } else {
    why = outcome_.why + "; " + why;
  }
  if (soft_error_) {
    why += fmt::format(" (the network said: {})", soft_error_.message());
  }
  if (!book_.stranger().empty()) {
    why += fmt::format("; {} came, which is no answer", book_.stranger());
    outcome_.fix = "see whether that is a hello server";
  }
  outcome_.why = std::move(why);
}

}  // namespace halo
