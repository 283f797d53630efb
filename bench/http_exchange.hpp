#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "bench/exchange.hpp"

/// The bytes of a request to hello-http and of its answer. All requests are the same, because the
/// ceiling gives one answer to whatever it is asked: a lost or surplus answer is seen, a swapped
/// one is not. Status, fields and body are compared byte for byte, but for the date. That is
/// written down here once more, so that the load does not take the servers' word for it.
namespace halo::bench {

inline constexpr std::string_view kHttpRequest =
    "GET /hello/Bond HTTP/1.1\r\n"
    "Host: localhost\r\n"
    "\r\n";
inline constexpr std::string_view kHttpAnswer =
    "HTTP/1.1 200 OK\r\n"
    "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
    "Content-Type: text/plain; charset=utf-8\r\n"
    "Content-Length: 12\r\n"
    "\r\n"
    "Hello, Bond!";

void write_http_request(std::uint32_t connection, std::uint32_t number,
                        std::span<char> room) noexcept;

bool http_answer_matches(std::uint32_t connection, std::uint32_t number,
                         std::string_view received) noexcept;

inline constexpr Exchange kHttpExchange{.welcome = "",
                                        .question_bytes = kHttpRequest.size(),
                                        .answer_bytes = kHttpAnswer.size(),
                                        .write_question = write_http_request,
                                        .answer_matches = http_answer_matches};

}  // namespace halo::bench
