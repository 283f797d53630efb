#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "protocols/http/internal/head_start.hpp"
#include "protocols/http/internal/plain_request.hpp"
#include "protocols/http/request_parser.hpp"
#include "protocols/http/server.hpp"
#include "reactor/buffer.hpp"

namespace halo::http {

/// A request on its way in: its parser, and what the sink has gathered.
struct Exchange final : RequestSink {
  explicit Exchange(const ParserLimits& limits) : parser(limits) {}

  void on_head(const RequestHead& head) override;
  void on_body(std::span<const std::byte> bytes) override;
  void on_complete(const Headers& trailers) override { (void)trailers; }

  /// Ready for the next request; of a large body no room is kept.
  void begin();

  RequestParser parser;
  bool head_seen = false;
  bool expects_continue = false;
  bool body_seen = false;
  std::string_view method;  // of the parser, like the next ones
  std::string_view target;
  Version version = Version::kHttp11;
  const Headers* headers = nullptr;
  std::string body;
};

/// What the sessions of one loop share: it makes an idle connection cheap, and a busy one too.
/// *Owner:* its Server. *Thread:* the loop's.
class ServerShare {
 public:
  ServerShare(const RequestHandler& the_handler, const ServerOptions& the_options)
      : handler(the_handler), options(the_options) {}

  /// Ready for a request, and to be given back so.
  std::unique_ptr<Exchange> take_exchange();
  void give_back(std::unique_ptr<Exchange> exchange);

  const RequestHandler& handler;  ///< of the server, as the options
  const ServerOptions& options;
  Buffer out;  ///< answers of the event at hand
  HeadStart heads;
  PlainRequest plain;

 private:
  std::vector<std::unique_ptr<Exchange>> spare_;
};

}  // namespace halo::http
