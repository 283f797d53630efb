#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "protocols/hello/decoder.hpp"

namespace halo::hello::test {

/// What a decoder makes of a stream: its messages in order, then "<error>" where it failed.
using Outcome = std::vector<std::string>;
inline const std::string kFailed = "<error>";

/// Feeds a stream to a decoder as a session does, in whatever pieces it arrives.
template <Decoder D>
class Feeder {
 public:
  explicit Feeder(D decoder) : decoder_(decoder) {}

  void arrive(std::string_view piece) {
    unread_.append(piece);
    take(false);
  }

  Outcome end() {
    take(true);
    return outcome_;
  }

 private:
  void take(bool ended) {
    while (!failed_) {
      const auto unread = std::as_bytes(std::span(std::string_view(unread_)));
      const auto decoded = ended ? decoder_.decode_eof(unread) : decoder_.decode(unread);
      if (decoded.error) {
        failed_ = true;
        outcome_.push_back(kFailed);
      } else if (decoded.message) {
        outcome_.emplace_back(*decoded.message);
        unread_.erase(0, decoded.consumed);
      } else {
        return;
      }
    }
  }

  D decoder_;
  std::string unread_;
  Outcome outcome_;
  bool failed_ = false;
};

/// `stream` cut after each byte whose bit is set in `cuts`; after byte 64 there are no cuts.
template <Decoder D>
Outcome decode_in_pieces(D decoder, std::string_view stream, std::size_t cuts) {
  Feeder<D> feeder(decoder);
  std::size_t begin = 0;
  for (std::size_t end = 1; end <= stream.size(); ++end) {
    const bool cut = end <= 64 && ((cuts >> (end - 1)) & 1) != 0;
    if (cut || end == stream.size()) {
      feeder.arrive(stream.substr(begin, end - begin));
      begin = end;
    }
  }
  return feeder.end();
}

/// How many ways there are to cut `stream`: two to the number of places between its bytes.
inline std::size_t ways_to_cut(std::string_view stream) {
  return std::size_t{1} << (stream.empty() ? 0 : stream.size() - 1);
}

}  // namespace halo::hello::test
