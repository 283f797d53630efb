#include "tools/httpget/fetch_record.hpp"

#include <chrono>
#include <string_view>

#include <nlohmann/json.hpp>

#include "protocols/http/syntax.hpp"

namespace halo::httpget {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kFormat = 1;  // counted up when a field changes its meaning

double seconds(Duration duration) { return std::chrono::duration<double>(duration).count(); }

Json to_json(const std::optional<Duration>& duration) {
  return duration ? Json(seconds(*duration)) : Json(nullptr);
}

Json text_or_null(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

std::string lower_case(std::string_view name) {
  std::string lower(name);
  for (char& c : lower) {
    c = http::to_lower(c);
  }
  return lower;
}

/// As curl has them: names in lower case, each with the list of its values.
Json to_json(const http::Headers& headers) {
  Json json = Json::object();
  for (const http::Header header : headers) {
    json[lower_case(header.name)].push_back(std::string(header.value));
  }
  return json;
}

Json to_json(const std::vector<RedirectRecord>& redirects) {
  Json json = Json::array();
  for (const RedirectRecord& redirect : redirects) {
    json.push_back({{"status", redirect.status}, {"to", redirect.to}});
  }
  return json;
}

Json to_json(const Failure& failure) {
  if (!failure) {
    return nullptr;
  }
  return {{"code", static_cast<int>(failure.code)},
          {"kind", word_for(failure.code)},
          {"message", failure.why},
          {"fix", text_or_null(failure.fix)}};
}

}  // namespace

std::string to_json_line(const FetchRecord& record) {
  const bool answered = record.status != 0;
  const Json json = {
      {"format", kFormat},
      {"url", record.url},
      {"final_url", text_or_null(record.final_url)},
      {"method", record.method},
      {"status", answered ? Json(record.status) : Json(nullptr)},
      {"reason", answered ? Json(record.reason) : Json(nullptr)},
      {"version", text_or_null(record.version)},
      {"headers", answered ? to_json(record.headers) : Json(nullptr)},
      {"file", record.file ? Json(*record.file) : Json(nullptr)},
      {"bytes", record.body_bytes},
      {"resumed_bytes", record.resumed_bytes},
      {"remote", text_or_null(record.remote)},
      {"attempts", record.attempts},
      {"redirects", to_json(record.redirects)},
      {"seconds",
       {{"resolve", to_json(record.times.resolve)},
        {"connect", to_json(record.times.connect)},
        {"tls", to_json(record.times.tls)},
        {"first_byte", to_json(record.times.first_byte)},
        {"total", seconds(record.total)}}},
      {"error", to_json(record.failure)},
  };
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace halo::httpget
