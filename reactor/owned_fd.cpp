#include "reactor/owned_fd.hpp"

#include <unistd.h>

namespace halo {

void OwnedFd::reset(int fd) noexcept {
  const int old = std::exchange(fd_, fd);
  if (old >= 0 && old != fd) {
    // Not repeated after EINTR: Linux has released the number by then, and another thread may
    // already own it again. See close(2), "Dealing with error returns".
    (void)::close(old);
  }
}

}  // namespace halo
