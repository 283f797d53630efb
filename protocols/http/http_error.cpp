#include "protocols/http/http_error.hpp"

#include <string>

namespace halo::http {
namespace {

const char* text_of(HttpErrc code) noexcept {
  switch (code) {
    case HttpErrc::kUrlEmpty:
      return "the URL is empty";
    case HttpErrc::kUrlTooLong:
      return "the URL is too long";
    case HttpErrc::kUrlBadByte:
      return "a byte that no URL may hold: percent-encode it";
    case HttpErrc::kUrlNotAscii:
      return "a byte outside of ASCII: percent-encode it (in a host name use its xn-- form)";
    case HttpErrc::kUrlBadPercent:
      return "'%' without two hexadecimal digits behind it: write %25 for the character itself";
    case HttpErrc::kUrlNoScheme:
      return "no scheme: a URL begins with http:// or https://";
    case HttpErrc::kUrlUnknownScheme:
      return "a scheme other than http and https";
    case HttpErrc::kUrlNoHost:
      return "no host";
    case HttpErrc::kUrlBadHost:
      return "not a host name or IPv4 address";
    case HttpErrc::kUrlBadIpv6:
      return "not an IPv6 address in brackets (without a zone)";
    case HttpErrc::kUrlBadPort:
      return "not a port from 0 to 65535";
    case HttpErrc::kUrlBadUserinfo:
      return "a user name or password that cannot be sent";
    case HttpErrc::kBadMethod:
      return "not a method name";
    case HttpErrc::kUnknownMethod:
      return "a method that is not known here";
    case HttpErrc::kBadTarget:
      return "not a request target";
    case HttpErrc::kBadStatus:
      return "the answer's status is not a number from 100 to 599";
    case HttpErrc::kBadVersion:
      return "the peer speaks neither HTTP/1.1 nor HTTP/1.0";
    case HttpErrc::kBadHeaderName:
      return "not a header name: letters, digits and !#$%&'*+-.^_`|~ only";
    case HttpErrc::kBadHeaderValue:
      return "not a header value: no control bytes, no blanks at its ends";
    case HttpErrc::kBadHead:
      return "the peer does not speak HTTP/1";
    case HttpErrc::kMissingHost:
      return "not exactly one Host in a request of HTTP/1.1";
    case HttpErrc::kBareCr:
      return "a CR without LF in the head";
    case HttpErrc::kBareLf:
      return "an LF without CR in the head";
    case HttpErrc::kFoldedHeader:
      return "a header line that is continued on the next";
    case HttpErrc::kBadContentLength:
      return "a Content-Length that is no length, or several that differ";
    case HttpErrc::kBadTransferEncoding:
      return "a Transfer-Encoding that does not end in chunked, or is unknown";
    case HttpErrc::kLengthAndChunked:
      return "Content-Length and Transfer-Encoding together";
    case HttpErrc::kBadChunk:
      return "a chunk whose size or end is wrong";
    case HttpErrc::kUnexpectedUpgrade:
      return "the peer changes the protocol, which was not asked for";
    case HttpErrc::kTrailingBytes:
      return "bytes after the end of the message";
    case HttpErrc::kHeadTooLarge:
      return "the head is larger than is allowed";
    case HttpErrc::kLineTooLong:
      return "a line of the head is longer than is allowed";
    case HttpErrc::kTooManyHeaders:
      return "the head has more fields than are allowed";
    case HttpErrc::kTrailersTooLarge:
      return "the trailers or chunk extensions are larger than is allowed";
    case HttpErrc::kTooManyInterims:
      return "more 1xx answers than are skipped";
    case HttpErrc::kBodyTooLarge:
      return "the body is larger than is allowed";
    case HttpErrc::kEmptyReply:
      return "the peer closed the connection and sent nothing";
    case HttpErrc::kHeadTruncated:
      return "the peer closed the connection before the head was complete";
    case HttpErrc::kBodyTruncated:
      return "the peer closed the connection before the body was complete";
    case HttpErrc::kTooManyRedirects:
      return "more redirects than are followed";
    case HttpErrc::kBadLocation:
      return "a redirect whose Location is no URL, or is there several times";
    case HttpErrc::kRedirectScheme:
      return "a redirect to something else than http and https";
    case HttpErrc::kRedirectDowngrade:
      return "a redirect from https to http";
    case HttpErrc::kBodyNotReplayable:
      return "the request's body would have to be sent again, and cannot be read twice";
    case HttpErrc::kUnknownCoding:
      return "a Content-Encoding that was not asked for, or that this build cannot decode";
    case HttpErrc::kTooManyCodings:
      return "more layers of Content-Encoding than are undone";
    case HttpErrc::kBadCoding:
      return "the body is not encoded as its Content-Encoding says";
    case HttpErrc::kCodingTruncated:
      return "the compressed body ends too early";
    case HttpErrc::kCodingTrailing:
      return "bytes after the end of the compressed body";
    case HttpErrc::kDecodedTooLarge:
      return "the decoded body is larger than is allowed";
    case HttpErrc::kDecodedTooDense:
      return "the body grows more by decoding than is allowed: a decompression bomb";
    case HttpErrc::kBadRange:
      return "not a range of bytes";
    case HttpErrc::kBadContentRange:
      return "a Content-Range that is missing, malformed or not what was asked for";
    case HttpErrc::kFramingHeader:
      return "Content-Length, Transfer-Encoding and the like follow from the body, and are not set "
             "by hand";
    case HttpErrc::kBadCredentials:
      return "a user name, password or token that no header can carry";
    case HttpErrc::kBadProxy:
      return "not a proxy of the form [http://][user:password@]host[:port]";
    case HttpErrc::kNoTls:
      return "built without TLS: https is not available";
    case HttpErrc::kProxyRefused:
      return "the proxy makes no tunnel to the server";
  }
  return "unknown error";
}

class Category final : public std::error_category {
 public:
  const char* name() const noexcept override { return "http"; }
  std::string message(int value) const override { return text_of(static_cast<HttpErrc>(value)); }
};

}  // namespace

const std::error_category& http_category() noexcept {
  static const Category category;
  return category;
}

std::error_code make_error_code(HttpErrc code) noexcept {
  return {static_cast<int>(code), http_category()};
}

}  // namespace halo::http
