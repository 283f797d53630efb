#include "tools/httpget/exit_code.hpp"

#include <array>
#include <optional>

#include <fmt/format.h>

#include "protocols/http/http_error.hpp"
#include "reactor/error.hpp"
#include "tools/httpget/secure.hpp"

namespace halo::httpget {
namespace {

struct Entry {
  ExitCode code;
  std::string_view word;
  std::string_view meaning;
};

constexpr std::array kEntries = {
    Entry{ExitCode::kSuccess, "ok", "every body is whole and saved"},
    Entry{ExitCode::kUnsupportedProtocol, "unsupported-protocol",
          "neither http nor https, or https and a build without TLS"},
    Entry{ExitCode::kUsage, "usage", "wrong usage, or httpget could not start"},
    Entry{ExitCode::kMalformedUrl, "malformed-url", "a URL, or the proxy's, is malformed"},
    Entry{ExitCode::kResolveProxy, "resolve-proxy", "the proxy's name is unknown"},
    Entry{ExitCode::kResolveHost, "resolve-host", "the host's name is unknown"},
    Entry{ExitCode::kConnect, "connect", "no connection: refused, unreachable"},
    Entry{ExitCode::kWeirdReply, "weird-reply", "the answer's head is not HTTP, or unsafe"},
    Entry{ExitCode::kPartial, "partial", "the body ended early; nothing is saved"},
    Entry{ExitCode::kHttpError, "http-error", "with -f or -C: the status is 400 or higher"},
    Entry{ExitCode::kWrite, "write", "the output cannot be written"},
    Entry{ExitCode::kRead, "read", "a file to be sent cannot be read"},
    Entry{ExitCode::kTimeout, "timeout", "no answer in time"},
    Entry{ExitCode::kRange, "range", "the server sent another range than was asked for"},
    Entry{ExitCode::kTlsConnect, "tls-connect", "TLS could not be agreed on"},
    Entry{ExitCode::kRedirects, "redirects", "too many redirects, or one that is not followed"},
    Entry{ExitCode::kEmptyReply, "empty-reply", "the server closed without an answer"},
    Entry{ExitCode::kSend, "send", "the request could not be sent"},
    Entry{ExitCode::kReceive, "receive", "the answer could not be received"},
    Entry{ExitCode::kCertificate, "certificate", "the server's certificate is not trusted"},
    Entry{ExitCode::kBadEncoding, "bad-encoding", "the body's compression is broken or unknown"},
    Entry{ExitCode::kTooLarge, "too-large", "the answer passes a limit"},
    Entry{ExitCode::kCaFile, "ca-file", "the file of --cacert cannot be used"},
};

ExitCode code_of_http(http::HttpErrc why, Stage stage) {
  using http::HttpErrc;
  switch (why) {
    case HttpErrc::kUrlEmpty:
    case HttpErrc::kUrlTooLong:
    case HttpErrc::kUrlBadByte:
    case HttpErrc::kUrlNotAscii:
    case HttpErrc::kUrlBadPercent:
    case HttpErrc::kUrlNoScheme:
    case HttpErrc::kUrlNoHost:
    case HttpErrc::kUrlBadHost:
    case HttpErrc::kUrlBadIpv6:
    case HttpErrc::kUrlBadPort:
    case HttpErrc::kUrlBadUserinfo:
    case HttpErrc::kBadProxy:
      return ExitCode::kMalformedUrl;
    case HttpErrc::kUrlUnknownScheme:
    case HttpErrc::kNoTls:
      return ExitCode::kUnsupportedProtocol;
    case HttpErrc::kBadMethod:
    case HttpErrc::kBadTarget:
    case HttpErrc::kBadCredentials:
    case HttpErrc::kBadRange:
      return ExitCode::kUsage;
    case HttpErrc::kHeadTooLarge:
    case HttpErrc::kLineTooLong:
    case HttpErrc::kTooManyHeaders:
    case HttpErrc::kTrailersTooLarge:
    case HttpErrc::kTooManyInterims:
    case HttpErrc::kBodyTooLarge:
    case HttpErrc::kDecodedTooLarge:
    case HttpErrc::kDecodedTooDense:
      return ExitCode::kTooLarge;
    case HttpErrc::kEmptyReply:
      return ExitCode::kEmptyReply;
    case HttpErrc::kBodyTruncated:
    case HttpErrc::kCodingTruncated:
      return ExitCode::kPartial;
    case HttpErrc::kHeadTruncated:
    case HttpErrc::kBadChunk:
    case HttpErrc::kProxyRefused:  // as curl has it
      return ExitCode::kReceive;
    case HttpErrc::kTooManyRedirects:
    case HttpErrc::kBadLocation:
    case HttpErrc::kRedirectScheme:
    case HttpErrc::kRedirectDowngrade:
    case HttpErrc::kBodyNotReplayable:  // of -d, all bodies are: they are in memory
      return ExitCode::kRedirects;
    case HttpErrc::kUnknownCoding:
    case HttpErrc::kTooManyCodings:
    case HttpErrc::kBadCoding:
    case HttpErrc::kCodingTrailing:
      return ExitCode::kBadEncoding;
    case HttpErrc::kBadContentRange:
      return ExitCode::kRange;
    default:  // the other ways in which a head or its framing can be wrong
      return stage == Stage::kPrepare ? ExitCode::kUsage : ExitCode::kWeirdReply;
  }
}

bool is_timeout(std::error_code why) {
  return why == Errc::kConnectTimeout || why == Errc::kIdleTimeout ||
         why == Errc::kMessageTimeout || why == Errc::kHandshakeTimeout ||
         why == std::errc::timed_out;
}

ExitCode code_of_stage(Stage stage) {
  switch (stage) {
    case Stage::kPrepare:
      return ExitCode::kUsage;
    case Stage::kResolve:
      return ExitCode::kResolveHost;
    case Stage::kResolveProxy:
      return ExitCode::kResolveProxy;
    case Stage::kConnect:
      return ExitCode::kConnect;
    case Stage::kTls:
      return ExitCode::kTlsConnect;
    case Stage::kSend:
      return ExitCode::kSend;
    case Stage::kReceive:
      return ExitCode::kReceive;
    case Stage::kSave:
      break;
  }
  return ExitCode::kWrite;
}

}  // namespace

ExitCode exit_code_for(std::error_code why, Stage stage) {
  if (!why) {
    return ExitCode::kSuccess;
  }
  if (stage == Stage::kSave) {
    return ExitCode::kWrite;
  }
  if (why.category() == http::http_category()) {
    return code_of_http(static_cast<http::HttpErrc>(why.value()), stage);
  }
  if (const std::optional<ExitCode> code = exit_code_of_tls(why)) {
    return *code;
  }
  if (why == Errc::kTruncated) {  // of an end that TLS was not told of
    return stage == Stage::kReceive ? ExitCode::kPartial : ExitCode::kTlsConnect;
  }
  return is_timeout(why) ? ExitCode::kTimeout : code_of_stage(stage);
}

std::string_view word_for(ExitCode code) {
  for (const Entry& entry : kEntries) {
    if (entry.code == code) {
      return entry.word;
    }
  }
  return "unknown";
}

std::string exit_code_help() {
  std::string text = "Exit codes (curl's numbers, where curl has one):\n";
  for (const Entry& entry : kEntries) {
    text += fmt::format("  {:>3}  {}\n", static_cast<int>(entry.code), entry.meaning);
  }
  text +=
      "  128 + N  ended by signal N; nothing is left behind\n"
      "Of several URLs the first one that failed, in their order, sets the code.";
  return text;
}

}  // namespace halo::httpget
