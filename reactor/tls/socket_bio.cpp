#include "reactor/tls/internal/socket_bio.hpp"

#include <algorithm>
#include <span>

#include <openssl/bio.h>

#include "reactor/socket.hpp"

namespace halo {

struct SocketBio::Calls {
  static SocketBio& of(BIO* bio) { return *static_cast<SocketBio*>(BIO_get_data(bio)); }

  static int read(BIO* bio, char* room, std::size_t size, std::size_t* count) {
    SocketBio& self = of(bio);
    BIO_clear_retry_flags(bio);
    if (self.ended_ || self.error_) {
      return 0;
    }
    const std::size_t wanted = std::min(size, self.readable_bytes_);
    if (wanted == 0) {
      BIO_set_retry_read(bio);
      return 0;
    }
    const Result<std::size_t> got =
        socket::read_some(self.fd_, std::as_writable_bytes(std::span(room, wanted)));
    if (!got) {
      if (socket::would_block(got.error())) {
        BIO_set_retry_read(bio);
      } else {
        self.error_ = got.error();
      }
      return 0;
    }
    self.ended_ = *got == 0;
    self.readable_bytes_ -= *got;
    if (!self.began_ && *got > 0) {
      // The first record of either side is a handshake's, or an alert. See RFC 8446, section 5.1.
      self.began_ = true;
      self.began_as_tls_ = room[0] == 22 || room[0] == 21;
    }
    *count = *got;
    return *got > 0 ? 1 : 0;
  }

  static int write(BIO* bio, const char* bytes, std::size_t size, std::size_t* count) {
    of(bio).unflushed_.append(std::as_bytes(std::span(bytes, size)));
    *count = size;
    return 1;
  }

  static long control(BIO* bio, int command, long /*number*/, void* /*pointer*/) {
    switch (command) {
      case BIO_CTRL_FLUSH:
        return 1;  // `flush` does it, when OpenSSL has returned
      case BIO_CTRL_EOF:
        return of(bio).ended_ ? 1 : 0;
      default:
        return 0;  // what this BIO does not have
    }
  }

  /// One for the whole process, never freed: OpenSSL may need it until the very end.
  static const BIO_METHOD* method() {
    static const BIO_METHOD* const made = [] {
      BIO_METHOD* const method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "halo");
      if (method != nullptr) {
        BIO_meth_set_read_ex(method, read);
        BIO_meth_set_write_ex(method, write);
        BIO_meth_set_ctrl(method, control);
      }
      return method;
    }();
    return made;
  }
};

BIO* SocketBio::make_bio() {
  const BIO_METHOD* const method = Calls::method();
  BIO* const bio = method == nullptr ? nullptr : BIO_new(method);
  if (bio != nullptr) {
    BIO_set_data(bio, this);
    BIO_set_init(bio, 1);
  }
  return bio;
}

std::error_code SocketBio::flush() {
  while (!unflushed_.empty()) {
    const Result<std::size_t> count = socket::write_some(fd_, unflushed_.bytes());
    if (!count) {
      return count.error();
    }
    unflushed_.consume(*count);
  }
  unflushed_.release();
  return {};
}

}  // namespace halo
