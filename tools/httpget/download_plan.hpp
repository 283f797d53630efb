#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "protocols/http/url.hpp"
#include "tools/httpget/failure.hpp"
#include "tools/httpget/options.hpp"

namespace halo::httpget {

/// One URL and what becomes of its answer.
struct Download {
  http::Url url;
  std::optional<std::string> output;  ///< where the body goes; nothing: there is none to save
  bool prints_head = false;           ///< to standard output, for eyes
};

/// What `options` ask for, before anything is sent. Fails with kMalformedUrl,
/// kUnsupportedProtocol, or kUsage where two bodies would go to one file, or would be mixed on
/// standard output.
std::variant<std::vector<Download>, Failure> plan_downloads(const Options& options);

}  // namespace halo::httpget
