#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "reactor/endpoint.hpp"
#include "reactor/event_loop.hpp"
#include "reactor/time.hpp"
#include "tools/answer_book.hpp"
#include "tools/client_session.hpp"
#include "tools/name_source.hpp"

namespace halo {

struct DatagramClientOptions {
  /// For each answer, all its tries together; above zero.
  Duration timeout = std::chrono::seconds(10);
  /// How often a question is sent again, at most kRetriesMax. Three: the first time after 667 ms of
  /// the usual time-out, near the second that RFC 8085, section 3.1.1, advises.
  std::size_t retries = 3;
};

/// Why `name` cannot be asked over datagrams; empty: it can.
std::string_view problem_with_datagram(std::string_view name);

/// The client's side of hello over datagrams: sends each name, again where no answer comes, and
/// prints the answers in the order of the names.
/// *Owner:* main. *Thread:* the loop's. *Lifetime:* loop and names must outlive it.
///
/// 1. Each question has a socket of its own, connected, as long as it is open. So an answer belongs
///    to the question on whose socket it comes, and what comes later, to an earlier try or twice,
///    finds nobody: no answer is printed twice, or for another question with the same name.
/// 2. At most a window of questions is open or waits to be printed; none begins while as many bytes
///    are under way as small receive buffers hold.
/// 3. The first server that answers is the one: until then, one that refuses, or leaves a question
///    without an answer, is followed by the next, which is asked everything that is open.
/// 4. Refused (ECONNREFUSED) ends it at once, as it does over TCP: nobody is there. Any other error
///    of the network may pass: the next try will tell.
/// 5. A question without an answer in time is missing; the others go on, unless a window of them in
///    a row was missing.
class DatagramClient {
 public:
  /// `servers`: at least one, in the order to try them.
  DatagramClient(EventLoop& loop, std::vector<Endpoint> servers, NameSource& names,
                 const DatagramClientOptions& options);
  DatagramClient(const DatagramClient&) = delete;
  DatagramClient& operator=(const DatagramClient&) = delete;
  ~DatagramClient();

  /// Asks all names. Blocks: runs the loop.
  ClientOutcome run();

 private:
  class Question;

  void ask_more();
  bool has_room() const noexcept;
  void ask(std::string name);
  void end_names(std::string why, std::string fix);

  void on_reply(Question& question, std::string_view reply);
  void on_error(std::error_code why);
  void on_timeout(Question& question);
  void leave_server(std::error_code why);
  std::error_code ask_all_again();
  void close(Question& question);
  void give_up_all();
  void print_answers();
  void write_outcome();

  EventLoop& loop_;
  const std::vector<Endpoint> servers_;
  std::size_t server_ = 0;  // the one that is asked
  NameSource& names_;
  const DatagramClientOptions options_;
  AnswerBook book_;
  std::map<std::size_t, std::unique_ptr<Question>> open_;  // by number
  std::size_t open_bytes_ = 0;
  bool names_ended_ = false;
  std::error_code soft_error_;  // the last one that may pass
  ClientOutcome outcome_;
};

}  // namespace halo
