#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <system_error>

#include "protocols/http/client.hpp"
#include "protocols/http/message.hpp"
#include "protocols/http/proxy.hpp"
#include "protocols/http/response_handler.hpp"
#include "reactor/event_loop.hpp"
#include "reactor/unique_function.hpp"
#include "tools/httpget/body_sink.hpp"
#include "tools/httpget/console.hpp"
#include "tools/httpget/download_plan.hpp"
#include "tools/httpget/fetch_record.hpp"
#include "tools/httpget/options.hpp"
#include "tools/httpget/output.hpp"
#include "tools/httpget/part_file.hpp"

namespace halo::httpget {

/// What all downloads of a run share. *Lifetime:* longer than any of them.
struct FetchRooms {
  EventLoop& loop;
  http::Client& client;
  Console& console;
  const Options& options;
  const http::ProxySettings& proxies;
  mode_t mode;  ///< of new files
};

/// One URL, from the opening of its output to the record of what came of it.
///
///   begin -> ask -> judge the head -> save the body -> finish -> end
///             ^           |                |             |
///             +-- wait <--+--- failed, and worth a retry -
///
/// *Owner:* FetchAll. *Thread:* the loop's. It cancels what is under way when it goes.
class Fetch {
 public:
  /// `download` must have a request that can be sent (see build_request).
  Fetch(FetchRooms& rooms, const Download& download);
  Fetch(const Fetch&) = delete;
  Fetch& operator=(const Fetch&) = delete;
  ~Fetch();

  /// Calls `on_end` once, never during this call; it may destroy the fetch.
  void begin(UniqueFunction<void()> on_end);

  const Download& download() const noexcept { return download_; }
  const FetchRecord& record() const noexcept { return record_; }

  /// For the line of progress.
  std::uint64_t saved_bytes() const noexcept { return resumed_bytes_ + sink_.bytes(); }
  std::optional<std::uint64_t> whole_bytes() const noexcept { return whole_bytes_; }
  TimePoint begun_at() const noexcept { return begun_at_; }

 private:
  class Answer;

  // fetch.cpp: the way of one attempt
  [[nodiscard]] Failure open_output();
  void ask();
  void on_body_failed(Failure failure);
  void on_done(const http::Outcome& outcome);
  void end_attempt(Failure failure, bool sent);
  bool retry_later(const Failure& failure, std::optional<Duration> retry_after);
  void end(Failure failure);

  // fetch_answer.cpp: what the head of an answer means
  void on_sent(const http::Departure& departure);
  void on_redirect(const http::ResponseHead& head, const http::Url& to);
  void on_head(const http::ResponseHead& head);
  void note_head(const http::ResponseHead& head);
  [[nodiscard]] Failure accept(const http::ResponseHead& head);
  [[nodiscard]] Failure accept_part(const http::ResponseHead& head);
  [[nodiscard]] Failure append_part(const http::ResponseHead& head);
  [[nodiscard]] Failure forget_part();
  [[nodiscard]] Failure begin_part(const http::ResponseHead& head);
  [[nodiscard]] Failure deliver_head(const http::ResponseHead& head);

  FetchRooms& rooms_;
  const Download& download_;
  UniqueFunction<void()> on_end_;
  FetchRecord record_;
  TimePoint begun_at_{};
  std::unique_ptr<Output> output_;  // none: nothing to save, or over
  PartFile* part_ = nullptr;        // the output, where it can be resumed
  BodySink sink_;
  http::RequestId request_;
  TimerId retry_timer_;
  Failure body_failure_;  // why on_body refused bytes
  TimePoint sent_at_{};
  std::uint64_t asked_from_ = 0;     // the first byte that this attempt asked for
  std::uint64_t resumed_bytes_ = 0;  // that this attempt goes on behind
  std::optional<std::uint64_t> whole_bytes_;
  bool complete_ = false;   // there was nothing to add
  bool ask_again_ = false;  // for all of it
  bool head_printed_ = false;
};

/// The head as it came, its empty line included.
std::string head_of(const http::ResponseHead& head);

}  // namespace halo::httpget
