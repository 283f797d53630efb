#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocols/http/headers.hpp"
#include "reactor/time.hpp"
#include "tools/httpget/failure.hpp"

namespace halo::httpget {

/// How long the stages of the last request took, each from its own beginning; nothing for one that
/// there was not: a kept connection needs no connect.
struct StageTimes {
  std::optional<Duration> resolve;
  std::optional<Duration> connect;
  std::optional<Duration> tls;
  std::optional<Duration> first_byte;  ///< from the request's first byte to the answer's head
};

/// A redirect that was followed.
struct RedirectRecord {
  int status = 0;
  std::string to;  ///< URL, without user and password
};

/// What came of one URL.
struct FetchRecord {
  std::string url;        ///< as asked for, without user and password
  std::string final_url;  ///< after redirects
  std::string method;
  int status = 0;  ///< 0: no head has arrived
  std::string reason;
  std::string version;  ///< "HTTP/1.1"
  http::Headers headers;
  std::uint64_t body_bytes = 0;     ///< of the body that was saved, decoded
  std::uint64_t resumed_bytes = 0;  ///< of these, there before
  std::optional<std::string> file;
  std::string remote;  ///< address and port of the server or proxy
  std::size_t attempts = 0;
  std::vector<RedirectRecord> redirects;
  StageTimes times;
  Duration total{};
  Failure failure;
};

/// One line of JSON with its end: an object whose keys are always there, null where there is
/// nothing to tell. Bytes that are no UTF-8 come as U+FFFD.
std::string to_json_line(const FetchRecord& record);

}  // namespace halo::httpget
