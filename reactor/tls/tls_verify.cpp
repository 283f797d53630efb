// Why a certificate is not accepted, told with the names and dates that stand in it.

#include <array>
#include <cstdio>
#include <ctime>
#include <memory>

#include <openssl/asn1.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "reactor/endpoint.hpp"
#include "reactor/tls/internal/tls_peer.hpp"
#include "reactor/tls/tls_error.hpp"

namespace halo {
namespace {

constexpr int kNamesMax = 4;  // in a message; large sites have hundreds

/// "2026-01-31 12:00:00 UTC"
std::string to_text(const ASN1_TIME* time) {
  std::tm parts{};
  if (time == nullptr || ASN1_TIME_to_tm(time, &parts) != 1) {
    return "an unreadable date";
  }
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02d-%02d %02d:%02d:%02d UTC", parts.tm_year + 1900,
                parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec);
  return text.data();
}

/// One alternative name, where it is a host's; else nothing.
std::string to_text(const GENERAL_NAME* name) {
  int type = 0;
  const auto* const value = static_cast<const ASN1_STRING*>(GENERAL_NAME_get0_value(name, &type));
  if (type != GEN_DNS && type != GEN_IPADD) {
    return {};
  }
  const unsigned char* const bytes = ASN1_STRING_get0_data(value);
  const auto size = static_cast<std::size_t>(ASN1_STRING_length(value));
  if (type == GEN_DNS) {
    return printable({reinterpret_cast<const char*>(bytes), size});
  }
  std::array<std::uint8_t, 16> address{};
  if (size != 4 && size != 16) {
    return {};
  }
  std::copy(bytes, bytes + size, address.begin());
  const auto family = size == 4 ? Endpoint::Family::kIpv4 : Endpoint::Family::kIpv6;
  return Endpoint::ip(family, address, 0).address_string();
}

/// The hosts that a certificate is for: "a.example, b.example and 12 more".
std::string hosts_of(const X509* certificate) {
  struct Free {
    void operator()(GENERAL_NAMES* names) const { GENERAL_NAMES_free(names); }
  };
  const std::unique_ptr<GENERAL_NAMES, Free> names(static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  std::string hosts;
  int told = 0;
  int untold = 0;
  for (int i = 0; i < sk_GENERAL_NAME_num(names.get()); ++i) {  // of null: -1
    const std::string host = to_text(sk_GENERAL_NAME_value(names.get(), i));
    if (host.empty()) {
      continue;
    }
    if (told == kNamesMax) {
      ++untold;
      continue;
    }
    hosts += (told++ == 0 ? "" : ", ") + host;
  }
  if (untold > 0) {
    hosts += " and " + std::to_string(untold) + " more";
  }
  return hosts.empty() ? "no host" : hosts;
}

/// "Example CA": the common name, or all of the name where there is none.
std::string to_text(const X509_NAME* name) {
  std::array<char, 256> text{};
  if (X509_NAME_get_text_by_NID(const_cast<X509_NAME*>(name), NID_commonName, text.data(),
                                static_cast<int>(text.size())) < 0) {
    X509_NAME_oneline(name, text.data(), static_cast<int>(text.size()));
  }
  return printable(text.data());
}

void note(TlsPeer& peer, TlsErrc code, std::string words) {
  peer.rejection = code;
  peer.rejection_words = std::move(words);
}

/// `error` is one of X509_V_ERR_*, about `certificate`, which may be an authority's.
void note(TlsPeer& peer, int error, const X509* certificate, bool is_peers_own) {
  const std::string whose =
      is_peers_own
          ? "certificate of " + peer.host
          : "authority \"" + to_text(X509_get_subject_name(certificate)) + "\" of " + peer.host;
  switch (error) {
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return note(peer, TlsErrc::kCertificateExpired,
                  whose + " has expired (on " + to_text(X509_get0_notAfter(certificate)) + ")");
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return note(peer, TlsErrc::kCertificateNotYetValid,
                  whose + " is not valid before " + to_text(X509_get0_notBefore(certificate)));
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
      return note(peer, TlsErrc::kCertificateForOtherHost,
                  "certificate is for " + hosts_of(certificate) + ", not " + peer.host);
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
      return note(peer, TlsErrc::kCertificateSelfSigned, "self-signed certificate of " + peer.host);
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
      return note(peer, TlsErrc::kCertificateAuthorityUnknown,
                  "unknown certificate authority \"" + to_text(X509_get_issuer_name(certificate)) +
                      "\" of " + peer.host);
    default:
      return note(peer, TlsErrc::kCertificateRejected,
                  whose + " is not accepted: " + X509_verify_cert_error_string(error));
  }
}

}  // namespace

int note_rejection(int accepted, X509_STORE_CTX* verification) {
  if (accepted == 1) {
    return 1;
  }
  const auto* const ssl = static_cast<const SSL*>(
      X509_STORE_CTX_get_ex_data(verification, SSL_get_ex_data_X509_STORE_CTX_idx()));
  auto* const peer = static_cast<TlsPeer*>(SSL_get_app_data(ssl));
  const X509* const certificate = X509_STORE_CTX_get_current_cert(verification);
  const int error = X509_STORE_CTX_get_error(verification);
  if (certificate == nullptr) {
    note(*peer, TlsErrc::kCertificateRejected,
         peer->host +
             " showed no certificate that is accepted: " + X509_verify_cert_error_string(error));
  } else {
    note(*peer, error, certificate, X509_STORE_CTX_get_error_depth(verification) == 0);
  }
  return 0;
}

}  // namespace halo
