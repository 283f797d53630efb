#pragma once

#include <system_error>

namespace halo::http {

/// What halo::http can report, beside the reactor's own errors and the errno values of the system.
enum class HttpErrc {
  // URLs
  kUrlEmpty = 1,      ///< no text at all
  kUrlTooLong,        ///< more bytes than Url::kBytesMax
  kUrlBadByte,        ///< a blank, a control byte, a backslash or another byte no URL has
  kUrlNotAscii,       ///< a byte over 0x7f: it must be percent-encoded
  kUrlBadPercent,     ///< "%" without two hexadecimal digits behind it
  kUrlNoScheme,       ///< neither http:// nor https:// in front
  kUrlUnknownScheme,  ///< another scheme than http and https
  kUrlNoHost,         ///< nothing where the host must stand
  kUrlBadHost,        ///< a byte that a host name must not have, or a wrong IPv4 address
  kUrlBadIpv6,        ///< brackets with something else in them than an IPv6 address
  kUrlBadPort,        ///< not a number from 0 to 65535
  kUrlBadUserinfo,    ///< a user name or password that cannot be sent

  // A message's head, in either direction
  kBadMethod,       ///< not a token (RFC 9110, 9.1)
  kUnknownMethod,   ///< a token, but not the name of a method that is known here
  kBadTarget,       ///< a request target with a blank or control byte, or of a wrong form
  kBadStatus,       ///< not a status of three digits
  kBadVersion,      ///< neither HTTP/1.1 nor HTTP/1.0
  kBadHeaderName,   ///< not a token (RFC 9110, 5.1)
  kBadHeaderValue,  ///< CR, LF, NUL or another control byte, or a blank at an end
  kBadHead,         ///< the peer does not speak HTTP/1
  kMissingHost,     ///< a request of HTTP/1.1 without exactly one Host

  // Framing: where a message ends
  kBareCr,               ///< CR without LF
  kBareLf,               ///< LF without CR
  kFoldedHeader,         ///< a header line that is continued (obs-fold)
  kBadContentLength,     ///< not a number, too large, or several that differ
  kBadTransferEncoding,  ///< chunked is not the last coding, or the coding is unknown
  kLengthAndChunked,     ///< Content-Length and Transfer-Encoding together
  kBadChunk,             ///< a chunk's size or its end is wrong
  kUnexpectedUpgrade,    ///< 101, which nobody asked for
  kTrailingBytes,        ///< bytes after the end of the message

  // Limits
  kHeadTooLarge,      ///< more bytes than a head may have
  kLineTooLong,       ///< more bytes than one line of a head may have
  kTooManyHeaders,    ///< more fields than a head may have
  kTrailersTooLarge,  ///< more bytes than trailers, or the extensions of chunks, may have
  kTooManyInterims,   ///< more 1xx answers than are skipped
  kBodyTooLarge,      ///< more bytes than the receiver takes

  // Truncation
  kEmptyReply,     ///< the peer closed and sent nothing
  kHeadTruncated,  ///< the peer closed within the head
  kBodyTruncated,  ///< the peer closed before the end of the body

  // Redirects
  kTooManyRedirects,   ///< more than are followed
  kBadLocation,        ///< a Location that is no URL, or several of them
  kRedirectScheme,     ///< to something else than http and https
  kRedirectDowngrade,  ///< from https to http
  kBodyNotReplayable,  ///< the body would have to be sent again, and cannot

  // Content coding
  kUnknownCoding,    ///< a Content-Encoding that was not asked for, or this build cannot decode
  kTooManyCodings,   ///< more layers than are undone
  kBadCoding,        ///< what arrived is not what its Content-Encoding says
  kCodingTruncated,  ///< the body is whole, and its compressed stream is not
  kCodingTrailing,   ///< bytes after the end of the compressed stream
  kDecodedTooLarge,  ///< more decoded bytes than the receiver takes
  kDecodedTooDense,  ///< few bytes became too many: a decompression bomb

  // Ranges
  kBadRange,         ///< a range that no request can ask for
  kBadContentRange,  ///< a Content-Range that is missing, malformed or not what was asked for

  // Requests
  kFramingHeader,   ///< a header that the body's framing brings, or that must not be a trailer
  kBadCredentials,  ///< a user, password or token that no header can carry
  kBadProxy,        ///< a proxy that is not of the form [http://]host[:port]
  kNoTls,           ///< https, and this build has no TLS
  kProxyRefused,    ///< the proxy makes no tunnel to the server
};

/// Whether there is an error at all: HttpErrc{} is none. What reads messages hands errors on as
/// plain values, for a std::error_code costs a call of the standard library even where it is empty.
constexpr bool failed(HttpErrc code) noexcept { return code != HttpErrc{}; }

/// The category of `HttpErrc`; its name is "http". A message says what is wrong and, where the
/// reader can do something about it, what.
const std::error_category& http_category() noexcept;

std::error_code make_error_code(HttpErrc code) noexcept;

}  // namespace halo::http

template <>
struct std::is_error_code_enum<halo::http::HttpErrc> : std::true_type {};
