#pragma once

#include <string>

#include "protocols/http/url.hpp"

namespace halo::http {

/// The name of the file that a body from `url` is saved to when nobody gave one: the last segment
/// of the path, percent-decoded; "index.html" where the path ends in a slash. Query and fragment
/// are no part of it.
///
/// Whatever the URL says, the name stays in its folder and does no harm there: control bytes,
/// slashes, backslashes and what is not UTF-8 become "_", and so does a dot (a hidden file, "..")
/// or hyphen (an option of a command) in front. At most 200 bytes, cut between characters, so that
/// there is room for the suffix of a temporary file.
std::string file_name_of(const Url& url);

}  // namespace halo::http
