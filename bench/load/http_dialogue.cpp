#include "bench/load/http_dialogue.hpp"

#include <span>
#include <utility>

#include "bench/error_counts.hpp"
#include "protocols/http/request_encoder.hpp"
#include "protocols/http/response_parser.hpp"
#include "protocols/http/url.hpp"

namespace halo::bench::load {
namespace {

constexpr int kFirstBadStatus = 400;

class HttpDialogue final : public Dialogue, private http::ResponseSink {
 public:
  HttpDialogue(std::shared_ptr<const QuestionText> request, bool to_head, Statuses statuses,
               std::shared_ptr<AnswerCheck> check)
      : request_(std::move(request)),
        answer_to_(to_head ? http::AnswerTo::kHead : http::AnswerTo::kOther),
        statuses_(statuses),
        check_(std::move(check)) {
    restart();
  }

  void restart() override {
    body_.clear();
    parser_.begin(answer_to_);
  }

  void ask(std::uint64_t number, std::string& out) override { request_->append(number, out); }

  Reply read(std::string_view unread, std::uint64_t /*number*/) override {
    const http::Progress progress = parser_.feed(std::as_bytes(std::span(unread)), *this);
    return reply(progress.consumed, progress.error);
  }

  Reply end(std::uint64_t /*number*/) override {
    if (!parser_.begun()) {
      return {};
    }
    return reply(0, parser_.finish(*this));
  }

 private:
  void on_head(const http::ResponseHead& head) override { status_ = head.status; }
  void on_body(std::span<const std::byte> bytes) override {
    // One byte more than the check takes is enough to fail it.
    if (check_->wants_bytes() && body_.size() <= AnswerCheck::kBytesMax) {
      body_.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    }
  }
  void on_complete(const http::Headers& /*trailers*/) override {}

  Reply reply(std::size_t consumed, std::error_code error) {
    if (error) {
      fault_ = "not HTTP: " + error.message();
      return {consumed, false, true, fault_};
    }
    if (!parser_.complete()) {
      return {consumed, false, false, {}};
    }
    Reply reply{consumed, true, !parser_.keep_alive(), {}};
    if (statuses_ == Statuses::kGood && status_ >= kFirstBadStatus) {
      fault_ = "answered " + std::to_string(status_);
      reply.fault = fault_;
    } else if (!check_->fits(body_)) {
      reply.fault = kWrongAnswer;
    }
    restart();
    return reply;
  }

  const std::shared_ptr<const QuestionText> request_;
  const http::AnswerTo answer_to_;
  const Statuses statuses_;
  const std::shared_ptr<AnswerCheck> check_;
  http::ResponseParser parser_;
  int status_ = 0;
  std::string body_;
  std::string fault_;
};

}  // namespace

std::unique_ptr<Dialogue> make_http_dialogue(std::shared_ptr<const QuestionText> request,
                                             bool to_head, Statuses statuses,
                                             std::shared_ptr<AnswerCheck> check) {
  return std::make_unique<HttpDialogue>(std::move(request), to_head, statuses, std::move(check));
}

bool has_http() noexcept { return true; }

std::optional<HttpTarget> make_http_target(const HttpAsking& asking, std::string& why) {
  std::size_t fault_at = 0;
  Result<http::Url> url = http::Url::parse_from_hand(asking.url, &fault_at);
  if (!url) {
    why = http::explain_bad_url(asking.url, url.error(), fault_at);
    return std::nullopt;
  }
  if (url->is_https()) {
    why = "https is not spoken here, only http";
    return std::nullopt;
  }
  HttpTarget target{url->host(), url->port(), "", asking.method == "HEAD"};
  http::Request request{asking.method, std::move(*url)};
  for (const auto& [name, value] : asking.headers) {
    if (const std::error_code error = request.headers.add(name, value)) {
      why = "header '" + name + "': " + error.message();
      return std::nullopt;
    }
  }
  if (!asking.body.empty()) {
    request.body = {http::BodyForm::Framing::kLength, QuestionText(asking.body).size()};
  }
  if (const std::error_code error = http::append_request_head(target.request, request)) {
    why = error.message();
    return std::nullopt;
  }
  target.request += asking.body;
  return target;
}

}  // namespace halo::bench::load
