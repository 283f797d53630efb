#include "tools/httpget/failure.hpp"

#include <fmt/format.h>

#include "protocols/http/http_error.hpp"
#include "servers/process.hpp"

namespace halo::httpget {
namespace {

/// For errors that share an exit code and not a remedy.
std::string_view fix_for(std::error_code error) {
  using http::HttpErrc;
  if (error == HttpErrc::kNoTls) {
    return "use a build with OpenSSL, or an http URL";
  }
  if (error == HttpErrc::kProxyRefused) {
    return "check the proxy and its user and password; -x '' goes without";
  }
  if (error == HttpErrc::kRedirectDowngrade || error == HttpErrc::kRedirectScheme) {
    return "--no-location shows the redirect; ask for its target by hand if you trust it";
  }
  if (error == HttpErrc::kTooManyRedirects) {
    return "--no-location shows the first redirect, -v all of them";
  }
  if (error == HttpErrc::kDecodedTooLarge || error == HttpErrc::kDecodedTooDense) {
    return "leave out --compressed, which saves it as it is sent";
  }
  if (error == std::errc::no_space_on_device) {
    return "make room, or give another disk's -o FILE";
  }
  if (error == std::errc::file_too_large) {
    return "raise the limit of file sizes (ulimit -f)";
  }
  if (error == std::errc::is_a_directory) {
    return "give a file's name: -o FILE";
  }
  if (error == std::errc::connection_refused) {
    return "start a server there, or check host and port";
  }
  return "";
}

std::string_view fix_for(ExitCode code) {
  switch (code) {
    case ExitCode::kUnsupportedProtocol:
      return "give a URL that begins with http:// or https://";
    case ExitCode::kUsage:
      return "see httpget --help";
    case ExitCode::kMalformedUrl:
      return "write it as http://HOST/PATH";
    case ExitCode::kResolveProxy:
      return "check -x and the environment's http_proxy and https_proxy; -x '' goes without";
    case ExitCode::kResolveHost:
      return "check the host's name, or give its address by --resolve HOST:PORT:ADDRESS";
    case ExitCode::kConnect:
      return "check host, port and network";
    case ExitCode::kWeirdReply:
      return "-v shows what it sent; is it an HTTP server?";
    case ExitCode::kPartial:
    case ExitCode::kReceive:
    case ExitCode::kSend:
    case ExitCode::kEmptyReply:
      return "try again, or give --retry N; -C keeps what has arrived";
    case ExitCode::kHttpError:
      return "check the URL; without -f the server's explanation is saved";
    case ExitCode::kWrite:
      return "give another -o FILE";
    case ExitCode::kTimeout:
      return "try again, or give a longer --max-time or --connect-timeout";
    case ExitCode::kRange:
      return "remove FILE.part to begin anew";
    case ExitCode::kTlsConnect:
      return "check host and port; there must be TLS 1.2 or later";
    case ExitCode::kCertificate:
      return "--cacert FILE trusts another authority, -k anybody at all";
    case ExitCode::kBadEncoding:
      return "leave out --compressed";
    case ExitCode::kTooLarge:
      return "-v shows what it sent; no option raises the limit";
    case ExitCode::kCaFile:
      return "give --cacert a file of certificates in PEM form";
    default:
      return "";
  }
}

}  // namespace

Failure describe_failure(std::error_code error, Stage stage, std::string_view details) {
  Failure failure;
  failure.code = exit_code_for(error, stage);
  failure.why = process::escape_control_bytes(details.empty() ? error.message() : details);
  const std::string_view special = fix_for(error);
  failure.fix = special.empty() ? fix_for(failure.code) : special;
  return failure;
}

Failure describe_status(int status, std::string_view reason) {
  return {ExitCode::kHttpError,
          process::escape_control_bytes(
              fmt::format("the server answered {}{}{}", status, reason.empty() ? "" : " ", reason)),
          std::string(fix_for(ExitCode::kHttpError))};
}

}  // namespace halo::httpget
