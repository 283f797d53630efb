#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <system_error>

namespace halo::httpget {

/// With what httpget ends: curl's numbers, where curl has one for it. (A signal: 128 + its number.)
enum class ExitCode : std::uint8_t {
  kSuccess = 0,
  kUnsupportedProtocol = 1,
  kUsage = 2,
  kMalformedUrl = 3,
  kResolveProxy = 5,
  kResolveHost = 6,
  kConnect = 7,
  kWeirdReply = 8,
  kPartial = 18,
  kHttpError = 22,
  kWrite = 23,
  kRead = 26,
  kTimeout = 28,
  kRange = 33,
  kTlsConnect = 35,
  kRedirects = 47,
  kEmptyReply = 52,
  kSend = 55,
  kReceive = 56,
  kCertificate = 60,
  kBadEncoding = 61,
  kTooLarge = 63,
  kCaFile = 77,
};

/// What a download was doing when it failed: tells what an errno value means.
enum class Stage : std::uint8_t {
  kPrepare,  ///< before anything was asked of anybody
  kResolve,
  kResolveProxy,
  kConnect,
  kTls,
  kSend,
  kReceive,
  kSave,
};

/// The code for a download that failed with `why` at `stage`.
ExitCode exit_code_for(std::error_code why, Stage stage);

/// One word for scripts: "timeout", "partial", "resolve-host".
std::string_view word_for(ExitCode code);

/// A line for each code, for --help.
std::string exit_code_help();

}  // namespace halo::httpget
