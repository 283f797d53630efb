#include "tools/httpget/download_plan.hpp"

#include <filesystem>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "protocols/http/file_name.hpp"
#include "servers/process.hpp"

namespace halo::httpget {
namespace {

const std::string kStdout = "-";

Failure bad_url(const std::string& text, std::error_code error, std::size_t fault_at) {
  return describe_failure(error, Stage::kPrepare, http::explain_bad_url(text, error, fault_at));
}

/// Where the body of the URL number `index` goes.
std::optional<std::string> output_for(const Options& options, std::size_t index,
                                      const http::Url& url) {
  if (index < options.outputs.size()) {
    return options.outputs[index];
  }
  switch (options.naming) {
    case Naming::kNowhere:
      return std::nullopt;
    case Naming::kStdout:
      return kStdout;
    case Naming::kByUrl:
    case Naming::kSilent:
      break;
  }
  return http::file_name_of(url);
}

/// Whether what is at `path` would be replaced: not a device or pipe, which takes several bodies.
bool would_be_replaced(const std::string& path) {
  std::error_code error;  // whoever opens it will meet it again
  const std::filesystem::file_status found = std::filesystem::status(path, error);
  return !std::filesystem::exists(found) || std::filesystem::is_regular_file(found);
}

Failure two_to_one(const Download& first, const Download& second) {
  return {ExitCode::kUsage,
          process::escape_control_bytes(fmt::format("{} and {} would both be saved as '{}'",
                                                    first.url.absolute_form(),
                                                    second.url.absolute_form(), *second.output)),
          "give each URL an -o FILE of its own"};
}

/// Two bodies for one place.
Failure find_collision(const std::vector<Download>& downloads, std::size_t parallel) {
  std::map<std::string, const Download*> taken;
  for (const Download& download : downloads) {
    if (!download.output) {
      continue;
    }
    const bool to_stdout = *download.output == kStdout;
    const std::string place =
        to_stdout ? kStdout : std::filesystem::path(*download.output).lexically_normal().string();
    const auto [found, is_first] = taken.try_emplace(place, &download);
    if (is_first) {
      continue;
    }
    if (to_stdout && parallel > 1) {
      return {ExitCode::kUsage, "with --parallel bodies would be mixed on standard output",
              "leave out --parallel, or give each URL an -o FILE"};
    }
    if (!to_stdout && would_be_replaced(*download.output)) {
      return two_to_one(*found->second, download);
    }
  }
  return {};
}

}  // namespace

std::variant<std::vector<Download>, Failure> plan_downloads(const Options& options) {
  std::vector<Download> downloads;
  for (const std::string& text : options.urls) {
    std::size_t fault_at = 0;
    Result<http::Url> url = http::Url::parse_from_hand(text, &fault_at);
    if (!url) {
      return bad_url(text, url.error(), fault_at);
    }
    const std::size_t index = downloads.size();
    Download download{std::move(*url), std::nullopt, false};
    download.output = output_for(options, index, download.url);
    const bool named = index < options.outputs.size();
    download.prints_head = !options.silent && !options.json && !named &&
                           (options.naming == Naming::kByUrl || options.naming == Naming::kNowhere);
    downloads.push_back(std::move(download));
  }
  if (Failure collision = find_collision(downloads, options.parallel)) {
    return collision;
  }
  return downloads;
}

}  // namespace halo::httpget
