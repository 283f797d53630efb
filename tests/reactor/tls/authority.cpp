#include "tests/reactor/tls/authority.hpp"

#include <cstdio>
#include <ctime>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include "reactor/check.hpp"

namespace halo::test {
namespace {

void must(bool done, const char* what) { HALO_CHECK(done, what); }

void add_extension(X509* certificate, X509* issuer, int kind, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* const extension = X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str());
  must(extension != nullptr && X509_add_ext(certificate, extension, -1) == 1, "an extension");
  X509_EXTENSION_free(extension);
}

std::string joined(const std::vector<std::string>& names) {
  std::string all;
  for (const std::string& name : names) {
    all += (all.empty() ? "" : ",") + name;
  }
  return all;
}

struct CloseFile {
  void operator()(std::FILE* file) const noexcept { (void)std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, CloseFile>;

}  // namespace

void Authority::Free::operator()(EVP_PKEY* key) const noexcept { EVP_PKEY_free(key); }
void Authority::Free::operator()(X509* certificate) const noexcept { X509_free(certificate); }

Authority::Authority(const std::string& name) : key_(EVP_EC_gen("P-256")) {
  must(key_ != nullptr, "a key can be made");
  CertificateTerms terms;
  terms.names.clear();
  certificate_ = certify(*key_, name, terms, true, nullptr, *key_);
  file_ = write(*certificate_, *key_).certificate_file;
}

Authority::~Authority() = default;

Identity Authority::issue(const CertificateTerms& terms) {
  const Key key(EVP_EC_gen("P-256"));
  const Certificate made = certify(*key, "by.authority", terms, false, certificate_.get(), *key_);
  return write(*made, *key);
}

Identity Authority::self_signed(const CertificateTerms& terms) {
  const Key key(EVP_EC_gen("P-256"));
  const Certificate made = certify(*key, "by itself", terms, false, nullptr, *key);
  return write(*made, *key);
}

std::string Authority::encrypted(const Identity& identity) {
  const File plain(std::fopen(identity.key_file.c_str(), "re"));
  const Key key(PEM_read_PrivateKey(plain.get(), nullptr, nullptr, nullptr));
  const std::string path = identity.key_file + ".encrypted";
  const File file(std::fopen(path.c_str(), "we"));
  const std::string phrase = "phrase";
  must(PEM_write_PrivateKey(file.get(), key.get(), EVP_aes_128_cbc(),
                            reinterpret_cast<const unsigned char*>(phrase.data()),
                            static_cast<int>(phrase.size()), nullptr, nullptr) == 1,
       "a file");
  return path;
}

Authority::Certificate Authority::certify(const EVP_PKEY& key, const std::string& name,
                                          const CertificateTerms& terms, bool is_authority,
                                          const X509* issuer, EVP_PKEY& signer) {
  Certificate made(X509_new());
  X509* const certificate = made.get();
  X509* const issued_by = issuer == nullptr ? certificate : const_cast<X509*>(issuer);
  std::uint64_t serial = 0;
  must(RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial) == 1, "a number");
  must(X509_set_version(certificate, X509_VERSION_3) == 1, "a version");
  must(ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), serial >> 1) == 1, "a number");
  X509_gmtime_adj(X509_getm_notBefore(certificate), static_cast<long>(terms.valid_from.count()));
  X509_gmtime_adj(X509_getm_notAfter(certificate), static_cast<long>(terms.valid_until.count()));
  must(X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_ASC,
                                  reinterpret_cast<const unsigned char*>(name.data()),
                                  static_cast<int>(name.size()), -1, 0) == 1,
       "a name");
  must(X509_set_issuer_name(certificate, X509_get_subject_name(issued_by)) == 1, "an issuer");
  must(X509_set_pubkey(certificate, const_cast<EVP_PKEY*>(&key)) == 1, "a key");
  add_extension(certificate, issued_by, NID_basic_constraints,
                is_authority ? "critical,CA:TRUE" : "critical,CA:FALSE");
  if (!terms.names.empty()) {
    add_extension(certificate, issued_by, NID_subject_alt_name, joined(terms.names));
  }
  must(X509_sign(certificate, &signer, EVP_sha256()) > 0, "a signature");
  return made;
}

Identity Authority::write(const X509& certificate, const EVP_PKEY& key) {
  const std::string stem = folder_.path() + '/' + std::to_string(issued_++);
  Identity files{stem + ".crt", stem + ".key"};
  const File certificate_file(std::fopen(files.certificate_file.c_str(), "we"));
  must(PEM_write_X509(certificate_file.get(), const_cast<X509*>(&certificate)) == 1, "a file");
  const File key_file(std::fopen(files.key_file.c_str(), "we"));
  must(PEM_write_PrivateKey(key_file.get(), const_cast<EVP_PKEY*>(&key), nullptr, nullptr, 0,
                            nullptr, nullptr) == 1,
       "a file");
  return files;
}

std::string date_after(std::chrono::seconds from_now) {
  const std::time_t then = std::time(nullptr) + static_cast<std::time_t>(from_now.count());
  std::tm parts{};
  ::gmtime_r(&then, &parts);
  char text[64];
  (void)std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S UTC", &parts);
  return text;
}

}  // namespace halo::test
