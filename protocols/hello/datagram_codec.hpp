#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "protocols/hello/answers.hpp"

/// hello over datagrams: each is a message, and its answer is one datagram, `Hello, <message>!`.
/// Any bytes pass unchanged, and so do none: an empty datagram is answered `Hello, !`.
///
/// A server that answers every datagram is a weapon: one datagram with another server's forged
/// address keeps the two busy with each other's answers for ever (CVE-2024-2169; here until they
/// are 65,507 bytes, after 8,000 rounds and 268 MB). So:
///
///   datagram                                verdict
///   -------------------------------------------------------------
///   was cut on its way in                   kCut
///   from port 0                             kPortZero
///   its answer is over 65,507 bytes         kAnswerTooLong
///   has the form of an answer               kAnswerForm      *
///   from the server's own address           kOwnAddress      *
///   any other                               kAnswer
///
/// The first that fits counts. * With the loop guard on, which is the default.
namespace halo::hello {

/// Bytes of the longest datagram over IPv4: see RFC 768 and RFC 791.
inline constexpr std::size_t kAnswerDatagramBytesMax = 65'507;

/// What is around the name in an answer over datagrams: no line end.
inline constexpr std::string_view kDatagramSuffix = answer_suffix(Framing::kChunk);

enum class DatagramVerdict : std::uint8_t {
  kAnswer,
  kCut,            ///< nobody asked for the answer to a part
  kPortZero,       ///< nobody can be there
  kAnswerTooLong,  ///< nothing is ever cut to make it fit
  kAnswerForm,
  kOwnAddress,
};
inline constexpr std::size_t kDatagramVerdicts =
    static_cast<std::size_t>(DatagramVerdict::kOwnAddress) + 1;

/// "answer", "cut", "port_zero", ...: for counters.
std::string_view name_of(DatagramVerdict verdict) noexcept;

/// Where a datagram came from, as far as it matters.
struct DatagramOrigin {
  std::uint16_t port = 0;
  bool is_server = false;  ///< the server's own address and port
  bool cut = false;        ///< it was longer than what arrived
};

/// Whether refusing what could go round in circles is on.
enum class LoopGuard : bool { kOff, kOn };

/// Whether `message` reads `Hello, …!`, whatever stands in between.
constexpr bool has_form_of_answer(std::string_view message) noexcept {
  // Both ends, not sharing a byte.
  return message.size() >= kAnswerPrefix.size() + kDatagramSuffix.size() &&
         message.starts_with(kAnswerPrefix) && message.ends_with(kDatagramSuffix);
}

/// What to do with `message`. *Thread:* any.
DatagramVerdict judge(std::string_view message, const DatagramOrigin& origin,
                      LoopGuard guard) noexcept;

/// The answer to `message`, in pieces that follow each other: nothing is copied.
constexpr std::array<std::string_view, 3> answer_parts(std::string_view message) noexcept {
  return {kAnswerPrefix, message, kDatagramSuffix};
}

}  // namespace halo::hello
