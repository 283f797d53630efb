#include "bench/load/asking.hpp"

#include <utility>

#include "bench/load/datagram_lanes.hpp"
#include "bench/load/stream_lanes.hpp"
#include "reactor/check.hpp"

namespace halo::bench::load {
namespace {

std::shared_ptr<AnswerCheck> make_check(const Asking& asking) {
  if (asking.expect.empty()) {
    return std::make_shared<AnswerCheck>();
  }
  std::string why;
  AnswerCheck check = AnswerCheck::compile(asking.expect, why);
  HALO_CHECK(why.empty(), "the expression was looked at before");
  return std::make_shared<AnswerCheck>(std::move(check));
}

}  // namespace

LanesFactory make_lanes(const Asking& asking, std::size_t lanes, std::size_t depth,
                        Duration timeout) {
  auto question = std::make_shared<const QuestionText>(asking.question);
  if (asking.protocol == Protocol::kUdp) {
    return [asking, question, lanes, depth](EventLoop& loop, LaneOwner& owner,
                                            const Outstanding& books) {
      DatagramLanesOptions options{asking.server, asking.sources,    lanes, depth, question,
                                   asking.match,  make_check(asking)};
      return std::make_unique<DatagramLanes>(loop, std::move(options), owner, books);
    };
  }
  return [asking, question, lanes, timeout](EventLoop& loop, LaneOwner& owner,
                                            const Outstanding& books) {
    StreamLanesOptions options;
    options.server = asking.server;
    options.sources = asking.sources;
    options.lanes = lanes;
    options.welcome = asking.welcome;
    options.timeout = timeout;
    options.dialogue = [asking, question,
                        check = make_check(asking)]() -> std::unique_ptr<Dialogue> {
      if (asking.protocol == Protocol::kHttp) {
        return make_http_dialogue(question, asking.to_head, asking.statuses, check);
      }
      return std::make_unique<LineDialogue>(question, asking.until, asking.match, check);
    };
    return std::make_unique<StreamLanes>(loop, std::move(options), owner, books);
  };
}

Asking hello_lines(const Endpoint& server) {
  Asking asking;
  asking.server = server;
  asking.question = "{n}\n";
  asking.match = Match::kNumber;
  asking.welcome = "\n";
  return asking;
}

}  // namespace halo::bench::load
