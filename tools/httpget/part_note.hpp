#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

namespace halo::httpget {

/// What must be known of the bytes in FILE.part to ask for those that are missing. Kept beside them
/// in FILE.part.json, not in an extended attribute: every file system has files, and people can
/// read them.
struct PartNote {
  std::string url;        ///< that was asked for, without user and password
  std::string validator;  ///< for If-Range: a strong ETag, or a Last-Modified that counts as one
  std::optional<std::uint64_t> total;  ///< bytes of the whole body, if the server told

  friend bool operator==(const PartNote&, const PartNote&) = default;
};

std::string encode_note(const PartNote& note);

/// Nothing when `text` is not such a note, or one that cannot be resumed from.
std::optional<PartNote> decode_note(std::string_view text);

/// Puts `note` under `path` in one step: whoever reads it finds the old one or the new one.
[[nodiscard]] std::error_code write_note(const std::string& path, const PartNote& note);

/// Nothing when there is none that can be used.
std::optional<PartNote> read_note(const std::string& path);

}  // namespace halo::httpget
