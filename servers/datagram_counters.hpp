#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "protocols/hello/datagram_codec.hpp"
#include "reactor/udp_options.hpp"

namespace halo {

/// What a server of hello over datagrams has done, however it is built.
struct DatagramCounters {
  std::uint64_t received = 0;
  std::uint64_t answered = 0;
  std::array<std::uint64_t, hello::kDatagramVerdicts> judged{};  ///< by DatagramVerdict
  std::array<std::uint64_t, kSendDrops> dropped{};               ///< by SendDrop
  std::uint64_t receive_errors = 0;
  std::uint64_t receive_calls = 0;  ///< that brought something
  std::uint64_t send_calls = 0;     ///< that took something

  /// "received=3 answered=2 ignored_cut=0 ... send_calls=2", for one line of a log.
  std::string to_string() const;
};

}  // namespace halo
