#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "protocols/http/file_name.hpp"
#include "protocols/http/percent.hpp"
#include "protocols/http/url.hpp"
#include "reactor/check.hpp"

// A base and a reference, separated by the first line feed: what parses is a fixed point of parsing
// what it serialises to, what it resolves to is one, too, and neither can leave a request's head.

namespace {

using halo::Result;
using halo::http::Url;

void check_sound(const Url& url) {
  const std::string text = url.to_string();
  HALO_CHECK(std::ranges::all_of(text, [](char c) { return c > ' ' && c < '\x7f' && c != '\\'; }),
             "a byte that no URL may hold");
  HALO_CHECK(text.size() <= Url::kBytesMax, "longer than a URL may be");
  HALO_CHECK(url.target().starts_with('/'), "a target in origin form begins with a slash");
  const Result<Url> again = Url::parse(text);
  HALO_CHECK(again.has_value(), "what was serialised parses");
  HALO_CHECK(*again == url, "to the same URL");
  HALO_CHECK(again->to_string() == text, "and to the same text");
}

void check_file_name(const Url& url) {
  const std::string name = halo::http::file_name_of(url);
  HALO_CHECK(!name.empty() && name.size() <= 200, "a file name of a sensible length");
  HALO_CHECK(name.front() != '.' && name.front() != '-', "neither hidden nor an option");
  HALO_CHECK(name.find_first_of(std::string_view("/\\\0\n\r", 5)) == std::string::npos,
             "the name of a file in this folder");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::string_view base = input.substr(0, input.find('\n'));
  const std::string_view reference = input.substr(std::min(base.size() + 1, input.size()));

  std::size_t fault_at = 0;
  const Result<Url> by_hand = Url::parse_from_hand(base, &fault_at);
  if (!by_hand) {
    HALO_CHECK(fault_at <= base.size(), "the fault lies in the text");
    (void)halo::http::explain_bad_url(base, by_hand.error(), fault_at);
    return 0;
  }
  check_sound(*by_hand);
  check_file_name(*by_hand);

  for (const std::string& text :
       {std::string(reference), halo::http::percent_encode_stray(reference)}) {
    const Result<Url> target = by_hand->resolve(text, &fault_at);
    if (target) {
      check_sound(*target);
      HALO_CHECK(by_hand->resolve(target->to_string()).value() == *target,
                 "an absolute reference is itself");
    } else {
      HALO_CHECK(fault_at <= text.size(), "the fault lies in the reference");
    }
  }
  return 0;
}
