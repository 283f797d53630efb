#include "reactor/tls/tls_context.hpp"

#include <cstdio>

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include "reactor/error.hpp"
#include "reactor/limits.hpp"
#include "reactor/tls/internal/tls_peer.hpp"
#include "reactor/tls/internal/tls_shared.hpp"
#include "reactor/tls/tls_error.hpp"

namespace halo {
namespace {

/// Why `file` cannot be read, if so: OpenSSL says only that something failed.
std::error_code check_readable(const std::string& file) {
  std::FILE* const opened = std::fopen(file.c_str(), "re");
  if (opened == nullptr) {
    return last_error();
  }
  (void)std::fclose(opened);  // was only read
  return {};
}

/// The names as they stand on the wire: RFC 7301, section 3.1.
Result<std::string> to_wire(const std::vector<std::string>& protocols) {
  std::string wire;
  for (const std::string& name : protocols) {
    if (name.empty() || name.size() > 255) {
      return TlsErrc::kBadProtocolNames;
    }
    wire += static_cast<char>(name.size());
    wire += name;
  }
  return wire;
}

const unsigned char* bytes_of(const std::string& text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

/// OpenSSL's callback at a server that has protocols.
int choose_protocol(SSL* stream, const unsigned char** chosen, unsigned char* size,
                    const unsigned char* offered, unsigned offered_size, void* /*unused*/) {
  const std::string& ours = TlsShared::of(SSL_get_SSL_CTX(stream)).protocols;
  unsigned char* found = nullptr;
  const int outcome = SSL_select_next_proto(
      &found, size, bytes_of(ours), static_cast<unsigned>(ours.size()), offered, offered_size);
  *chosen = found;
  return outcome == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

/// What both sides have in common. Null: out of memory.
SSL_CTX* make_context(const SSL_METHOD* method) {
  ERR_clear_error();
  SSL_CTX* const context = SSL_CTX_new(method);
  if (context == nullptr || SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) != 1 ||
      !TlsShared::attach(context)) {
    SSL_CTX_free(context);
    return nullptr;
  }
  // The system's configuration file may have switched the latter on: an end that nobody announced
  // must stay an error.
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  SSL_CTX_clear_options(context, SSL_OP_IGNORE_UNEXPECTED_EOF);
  // One recv for several records, and no buffer while nothing is under way.
  SSL_CTX_set_read_ahead(context, 1);
  SSL_CTX_set_default_read_buffer_len(context, limits::kReadBytesMax);
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
  return context;
}

}  // namespace

void TlsContext::Free::operator()(SSL_CTX* context) const noexcept { SSL_CTX_free(context); }

Result<TlsContext> TlsContext::create_client(const TlsClientOptions& options) {
  const Result<std::string> protocols = to_wire(options.protocols);
  if (!protocols) {
    return protocols.error();
  }
  TlsContext made(make_context(TLS_client_method()));
  SSL_CTX* const context = made.native_handle();
  if (context == nullptr) {
    return TlsErrc::kOutOfMemory;
  }
  SSL_CTX_set_verify(context, options.verify_peer ? SSL_VERIFY_PEER : SSL_VERIFY_NONE,
                     options.verify_peer ? note_rejection : nullptr);
  if (options.authorities_file.empty()) {
    (void)SSL_CTX_set_default_verify_paths(context);  // none: then no authority is known
  } else {
    if (const std::error_code error = check_readable(options.authorities_file)) {
      return error;
    }
    if (SSL_CTX_load_verify_file(context, options.authorities_file.c_str()) != 1) {
      return TlsErrc::kBadAuthorities;
    }
  }
  // Zero is success: see SSL_CTX_set_alpn_protos(3).
  const std::string& offered = *protocols;
  if (!offered.empty() && SSL_CTX_set_alpn_protos(context, bytes_of(offered),
                                                  static_cast<unsigned>(offered.size())) != 0) {
    return TlsErrc::kOutOfMemory;
  }
  TlsShared::keep_sessions(context);
  return made;
}

Result<TlsContext> TlsContext::create_server(const TlsServerOptions& options) {
  Result<std::string> protocols = to_wire(options.protocols);
  if (!protocols) {
    return protocols.error();
  }
  for (const std::string* const file : {&options.certificate_file, &options.key_file}) {
    if (const std::error_code error = check_readable(*file)) {
      return error;
    }
  }
  TlsContext made(make_context(TLS_server_method()));
  SSL_CTX* const context = made.native_handle();
  if (context == nullptr) {
    return TlsErrc::kOutOfMemory;
  }
  // OpenSSL would ask the terminal for a pass phrase.
  SSL_CTX_set_default_passwd_cb(context, [](char*, int, int, void*) { return 0; });
  if (SSL_CTX_use_certificate_chain_file(context, options.certificate_file.c_str()) != 1) {
    return TlsErrc::kBadCertificate;
  }
  if (SSL_CTX_use_PrivateKey_file(context, options.key_file.c_str(), SSL_FILETYPE_PEM) != 1 ||
      SSL_CTX_check_private_key(context) != 1) {
    return TlsErrc::kBadKey;
  }
  constexpr unsigned char kSessionContext[] = {'h', 'a', 'l', 'o'};
  SSL_CTX_set_session_id_context(context, kSessionContext, sizeof kSessionContext);
  if (!protocols->empty()) {
    TlsShared::of(context).protocols = std::move(*protocols);
    SSL_CTX_set_alpn_select_cb(context, choose_protocol, nullptr);
  }
  return made;
}

std::string_view tls_library_version() noexcept { return OpenSSL_version(OPENSSL_VERSION); }

}  // namespace halo
