#include "tools/httpget/fetch.hpp"

#include <random>
#include <utility>

#include <fmt/format.h>

#include "protocols/http/content_range.hpp"
#include "protocols/http/http_error.hpp"
#include "reactor/check.hpp"
#include "tools/httpget/request_builder.hpp"
#include "tools/httpget/retry_policy.hpp"

namespace halo::httpget {
namespace {

double random_fraction() {
  std::random_device random;
  return static_cast<double>(random()) / static_cast<double>(std::random_device::max());
}

/// What an error of the client means depends on how far the request was.
Stage stage_of(const http::Outcome& outcome, const http::ProxySettings& proxies) {
  switch (outcome.stage) {
    case http::Stage::kWait:
      return Stage::kConnect;
    case http::Stage::kConnect:
      // Who resets a connection has accepted it before.
      return outcome.url.is_https() && outcome.error == std::errc::connection_reset
                 ? Stage::kTls
                 : Stage::kConnect;
    case http::Stage::kResolve: {
      const Result<std::optional<http::Proxy>> proxy = http::choose_proxy(outcome.url, proxies);
      return proxy && proxy->has_value() ? Stage::kResolveProxy : Stage::kResolve;
    }
    case http::Stage::kSend:
      return Stage::kSend;
    case http::Stage::kAwait:
    case http::Stage::kReceive:
    case http::Stage::kComplete:
      break;
  }
  return Stage::kReceive;
}

}  // namespace

/// The client's, which lets it go when the request has ended.
class Fetch::Answer final : public http::ResponseHandler {
 public:
  explicit Answer(Fetch& fetch) : fetch_(fetch) {}

  void on_sent(const http::Departure& departure) override { fetch_.on_sent(departure); }
  void on_redirect(const http::ResponseHead& head, const http::Url& to) override {
    fetch_.on_redirect(head, to);
  }
  void on_head(const http::ResponseHead& head) override { fetch_.on_head(head); }
  std::error_code on_body(std::span<const std::byte> bytes) override {
    Failure failure = fetch_.sink_.write(bytes);
    if (!failure) {
      return {};
    }
    fetch_.body_failure_ = std::move(failure);
    return std::make_error_code(std::errc::operation_canceled);
  }
  void on_done(const http::Outcome& outcome) override { fetch_.on_done(outcome); }

 private:
  Fetch& fetch_;
};

Fetch::Fetch(FetchRooms& rooms, const Download& download)
    : rooms_(rooms), download_(download), sink_(nullptr) {
  http::Url url = download.url;
  url.drop_userinfo();
  record_.url = url.to_string();
  record_.method = rooms.options.method;
}

Fetch::~Fetch() {
  (void)rooms_.client.cancel(request_);  // mostly over long ago
  (void)rooms_.loop.cancel(retry_timer_);
}

void Fetch::begin(UniqueFunction<void()> on_end) {
  on_end_ = std::move(on_end);
  begun_at_ = rooms_.loop.now();
  if (Failure failure = open_output()) {
    end(std::move(failure));
    return;
  }
  ask();
}

/// Before anything is asked of a server: what cannot be saved need not be sent.
Failure Fetch::open_output() {
  if (!download_.output) {
    return {};
  }
  const std::string& path = *download_.output;
  std::error_code error;
  if (rooms_.options.resume) {
    Result<std::unique_ptr<PartFile>> part = PartFile::open(path, rooms_.mode, record_.url);
    if (part) {
      part_ = part->get();
      output_ = std::move(*part);
    }
    error = part.error();
  } else {
    Result<std::unique_ptr<Output>> output = httpget::open_output(path, rooms_.mode);
    if (output) {
      output_ = std::move(*output);
    }
    error = output.error();
  }
  if (!error) {
    return {};
  }
  const bool in_use = rooms_.options.resume && error == std::errc::operation_would_block;
  return describe_failure(error, Stage::kSave,
                          in_use ? fmt::format("another process has {}.part", path)
                                 : fmt::format("'{}': {}", path, error.message()));
}

void Fetch::ask() {
  ++record_.attempts;
  record_.redirects.clear();
  record_.status = 0;
  record_.final_url = record_.url;
  body_failure_ = {};
  complete_ = false;
  ask_again_ = false;
  whole_bytes_.reset();
  resumed_bytes_ = 0;
  sink_ = BodySink(output_.get());

  Result<http::Request> request = build_request(rooms_.options, download_.url);
  HALO_CHECK(request.has_value(), "what cannot be sent was refused before");
  asked_from_ = part_ == nullptr ? 0 : part_->usable_bytes();
  if (asked_from_ > 0) {
    const std::error_code range = request->headers.set("Range", http::range_from(asked_from_));
    const std::error_code if_range = request->headers.set("If-Range", part_->note()->validator);
    if (range || if_range) {  // the note was changed by another hand
      end(describe_failure(range ? range : if_range, Stage::kSave));
      return;
    }
  }
  http::Deadlines deadlines;
  if (rooms_.options.max_time > Duration::zero()) {
    deadlines.total = std::max(rooms_.options.max_time - (rooms_.loop.now() - begun_at_),
                               Duration(std::chrono::milliseconds(1)));
  }
  std::unique_ptr<http::BodySource> body;
  if (rooms_.options.body) {
    body = std::make_unique<http::MemoryBody>(*rooms_.options.body);
  }
  request_ = rooms_.client.request(std::move(*request), std::make_unique<Answer>(*this),
                                   std::move(body), deadlines);
}

void Fetch::on_done(const http::Outcome& outcome) {
  const bool sent = outcome.stage >= http::Stage::kSend;
  if (body_failure_) {
    end_attempt(std::move(body_failure_), sent);
  } else if (outcome.error) {
    end_attempt(describe_failure(outcome.error, stage_of(outcome, rooms_.proxies), outcome.detail),
                sent);
  } else if (part_ != nullptr && whole_bytes_ && part_->usable_bytes() != *whole_bytes_ &&
             part_->note()) {
    end_attempt(
        describe_failure(make_error_code(http::HttpErrc::kBadContentRange), Stage::kReceive), sent);
  } else {
    end(sink_.finish());
  }
}

void Fetch::end_attempt(Failure failure, bool sent) {
  if (is_worth_a_retry(rooms_.options.method, failure.code, sent) &&
      retry_later(failure, std::nullopt)) {
    return;
  }
  end(std::move(failure));
}

/// False: there is no retry left, no time, or what was written has left us.
bool Fetch::retry_later(const Failure& failure, std::optional<Duration> retry_after) {
  const Options& options = rooms_.options;
  if (record_.attempts > options.retries || (output_ != nullptr && output_->restart())) {
    return false;
  }
  const std::optional<Duration> delay =
      retry_delay(record_.attempts - 1, retry_after, random_fraction());
  const bool in_time = options.max_time == Duration::zero() ||
                       (delay && saturating_add(rooms_.loop.now(), *delay) <
                                     saturating_add(begun_at_, options.max_time));
  if (!delay || !in_time) {
    return false;
  }
  rooms_.console.tell(fmt::format("* trying again in {:.1f} s: {}\n",
                                  std::chrono::duration<double>(*delay).count(), failure.why));
  retry_timer_ = rooms_.loop.run_after(*delay, [this] { ask(); });
  return true;
}

void Fetch::end(Failure failure) {
  record_.failure = std::move(failure);
  record_.total = rooms_.loop.now() - begun_at_;
  record_.body_bytes = saved_bytes();
  record_.resumed_bytes = resumed_bytes_;
  if (!record_.failure) {
    record_.file = download_.output;
  }
  output_.reset();  // takes back what is not finished
  part_ = nullptr;
  sink_ = BodySink(nullptr);
  // By a timer, so that whoever hears of it may destroy this.
  retry_timer_ = rooms_.loop.run_after(Duration::zero(),
                                       [on_end = std::move(on_end_)]() mutable { on_end(); });
}

}  // namespace halo::httpget
