// A build without halo::http.

#include "bench/load/http_dialogue.hpp"

namespace halo::bench::load {

std::unique_ptr<Dialogue> make_http_dialogue(std::shared_ptr<const QuestionText> /*request*/,
                                             bool /*to_head*/, Statuses /*statuses*/,
                                             std::shared_ptr<AnswerCheck> /*check*/) {
  return nullptr;
}

bool has_http() noexcept { return false; }

std::optional<HttpTarget> make_http_target(const HttpAsking& /*asking*/, std::string& why) {
  why = "this build has no HTTP";
  return std::nullopt;
}

}  // namespace halo::bench::load
