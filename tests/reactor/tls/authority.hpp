#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "tests/support/temporary_folder.hpp"

struct evp_pkey_st;  // OpenSSL's EVP_PKEY
struct x509_st;      // OpenSSL's X509

namespace halo::test {

/// A certificate with its key, as PEM files.
struct Identity {
  std::string certificate_file;
  std::string key_file;
};

/// What a certificate says.
struct CertificateTerms {
  std::vector<std::string> names = {"DNS:example.test"};  ///< or "IP:127.0.0.1"
  std::chrono::seconds valid_from{-3600};                 ///< from now
  std::chrono::seconds valid_until{3600};
};

/// A certificate authority that is made when a test wants it, in a folder of its own: no key stands
/// in the repository.
class Authority {
 public:
  explicit Authority(const std::string& name);
  Authority(const Authority&) = delete;
  Authority& operator=(const Authority&) = delete;
  ~Authority();

  /// Its own certificate: what a client trusts.
  const std::string& file() const noexcept { return file_; }
  const std::string& folder() const noexcept { return folder_.path(); }

  /// A certificate that it signs.
  Identity issue(const CertificateTerms& terms = {});
  /// One that has signed itself.
  Identity self_signed(const CertificateTerms& terms = {});
  /// A file with the key of `identity`, behind a pass phrase.
  std::string encrypted(const Identity& identity);

 private:
  struct Free {
    void operator()(evp_pkey_st* key) const noexcept;
    void operator()(x509_st* certificate) const noexcept;
  };
  using Key = std::unique_ptr<evp_pkey_st, Free>;
  using Certificate = std::unique_ptr<x509_st, Free>;

  static Certificate certify(const evp_pkey_st& key, const std::string& name,
                             const CertificateTerms& terms, bool is_authority,
                             const x509_st* issuer, evp_pkey_st& signer);
  Identity write(const x509_st& certificate, const evp_pkey_st& key);

  TemporaryFolder folder_;
  std::string file_;
  Key key_;
  Certificate certificate_;
  int issued_ = 0;
};

/// "2026-01-31 12:00:00 UTC", so many seconds from now; whole seconds may pass meanwhile.
std::string date_after(std::chrono::seconds from_now);

}  // namespace halo::test
