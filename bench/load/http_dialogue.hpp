#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "bench/load/answer_check.hpp"
#include "bench/load/dialogue.hpp"
#include "bench/load/question_text.hpp"

namespace halo::bench::load {

/// Which answers are right, beside what their body looks like.
enum class Statuses : std::uint8_t {
  kGood,  ///< below 400
  kAny,
};

/// Requests of HTTP/1.1 on a connection that is kept where the server keeps it. Answers are read by
/// http::ResponseParser, so that what is not HTTP is a failure. See Dialogue.
/// `request`: head and body, ready to be sent. `to_head`: its method is HEAD.
/// Null where this build has no HTTP.
std::unique_ptr<Dialogue> make_http_dialogue(std::shared_ptr<const QuestionText> request,
                                             bool to_head, Statuses statuses,
                                             std::shared_ptr<AnswerCheck> check);

/// Whether this build has HTTP.
bool has_http() noexcept;

/// What a person wants to ask. `{n}` is the question's number, see QuestionText.
struct HttpAsking {
  std::string url;  ///< "http://" may be missing
  std::string method = "GET";
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
};

/// The same, ready to be sent.
struct HttpTarget {
  std::string host;  ///< an IPv6 address is in brackets
  std::uint16_t port = 0;
  std::string request;  ///< head and body
  bool to_head = false;
};

/// Empty: `why` says what cannot be asked.
std::optional<HttpTarget> make_http_target(const HttpAsking& asking, std::string& why);

}  // namespace halo::bench::load
