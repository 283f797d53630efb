#include "tools/httpget/part_note.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <span>

#include <nlohmann/json.hpp>

#include "reactor/error.hpp"
#include "reactor/owned_fd.hpp"
#include "tools/httpget/file_io.hpp"
#include "tools/httpget/temporary_name.hpp"

namespace halo::httpget {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kNoteBytesMax = 64 * 1024;  // a URL and a validator are shorter

std::string text_of(const Json& json, const char* key) {
  const auto found = json.find(key);
  return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
}

}  // namespace

std::string encode_note(const PartNote& note) {
  Json json = {{"url", note.url}, {"validator", note.validator}};
  if (note.total) {
    json["total"] = *note.total;
  }
  return json.dump(2, ' ', true, Json::error_handler_t::replace) + "\n";
}

std::optional<PartNote> decode_note(std::string_view text) {
  const Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) {
    return std::nullopt;
  }
  PartNote note{text_of(json, "url"), text_of(json, "validator"), std::nullopt};
  const auto total = json.find("total");
  if (total != json.end() && total->is_number_unsigned()) {
    note.total = total->get<std::uint64_t>();
  }
  return note.url.empty() || note.validator.empty() ? std::nullopt : std::optional(note);
}

std::error_code write_note(const std::string& path, const PartNote& note) {
  const TemporaryName name(path);
  OwnedFd file(::open(name.path().c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!file) {
    return last_error();
  }
  const std::string text = encode_note(note);
  if (const std::error_code error = write_all(file.get(), std::as_bytes(std::span(text)))) {
    return error;
  }
  if (const std::error_code error = close_file(file.release())) {
    return error;
  }
  return ::rename(name.path().c_str(), path.c_str()) == 0 ? std::error_code() : last_error();
}

std::optional<PartNote> read_note(const std::string& path) {
  const Result<std::string> text = read_file(path, kNoteBytesMax);
  return text ? decode_note(*text) : std::nullopt;
}

}  // namespace halo::httpget
