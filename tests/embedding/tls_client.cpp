// TLS in a program of your own: `tls_client` says which library it found, and makes a stream.

#include <cstdio>

#include "reactor/tls/tls_stream.hpp"

int main() {
  const auto context = halo::TlsContext::create_client();
  if (!context || !halo::TlsStream::to_server(*context, "example.test", 443)) {
    return 1;
  }
  std::printf("%s\n", halo::tls_library_version().data());
  return 0;
}
