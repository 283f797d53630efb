#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace halo::http {

/// Where in `text` a "%" stands without two hexadecimal digits behind it; npos if nowhere.
std::size_t find_bad_percent(std::string_view text) noexcept;

/// Each "%xx" replaced by the byte it stands for, any byte; what is no such triplet stays.
/// See: RFC 3986, 2.1.
std::string percent_decode(std::string_view text);

/// As `text`, with "%xx" in place of what no URL may hold and people write all the same: blanks,
/// bytes over 0x7f, and a "%" that begins no triplet. Control bytes and backslashes stay, to be
/// refused. This is what a Location is read through.
std::string percent_encode_stray(std::string_view text);

}  // namespace halo::http
