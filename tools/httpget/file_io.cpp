#include "tools/httpget/file_io.hpp"

#include <fcntl.h>
#include <sys/select.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "reactor/error.hpp"
#include "reactor/owned_fd.hpp"

namespace halo::httpget {
namespace {

constexpr std::size_t kReadBytes = 64 * 1024;

/// Only standard output, which others may have made non-blocking for all who share it.
[[nodiscard]] std::error_code wait_until_writable(int fd) {
  if (fd >= FD_SETSIZE) {
    return std::make_error_code(std::errc::resource_unavailable_try_again);
  }
  fd_set writable;
  FD_ZERO(&writable);
  FD_SET(fd, &writable);
  if (::select(fd + 1, nullptr, &writable, nullptr, nullptr) < 0 && errno != EINTR) {
    return last_error();
  }
  return {};
}

Result<std::string> read_all(int fd, std::size_t bytes_max) {
  std::string text;
  for (;;) {
    const std::size_t before = text.size();
    text.resize(before + kReadBytes);
    const ssize_t count = ::read(fd, text.data() + before, kReadBytes);
    const std::error_code error = count < 0 ? last_error() : std::error_code();
    text.resize(before + static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
    if (error == std::errc::interrupted) {
      continue;
    }
    if (error) {
      return error;
    }
    if (text.size() > bytes_max) {
      return std::make_error_code(std::errc::file_too_large);
    }
    if (count == 0) {
      return text;
    }
  }
}

}  // namespace

std::error_code write_all(int fd, std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written > 0) {
      bytes = bytes.subspan(static_cast<std::size_t>(written));
      continue;
    }
    const std::error_code error =
        written < 0 ? last_error() : std::make_error_code(std::errc::io_error);
    if (error == std::errc::interrupted) {
      continue;
    }
    if (error != std::errc::resource_unavailable_try_again) {
      return error;
    }
    if (const std::error_code failed = wait_until_writable(fd)) {
      return failed;
    }
  }
  return {};
}

std::error_code empty_file(int fd) {
  if (::ftruncate(fd, 0) != 0 || ::lseek(fd, 0, SEEK_SET) != 0) {
    return last_error();
  }
  return {};
}

std::error_code close_file(int fd) {
  // Interrupted or not, the descriptor is gone on Linux, macOS and FreeBSD: close(2), NOTES.
  return ::close(fd) == 0 || errno == EINTR ? std::error_code() : last_error();
}

Result<std::string> read_file(const std::string& path, std::size_t bytes_max) {
  if (path == "-") {
    return read_all(STDIN_FILENO, bytes_max);
  }
  const OwnedFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) {
    return last_error();
  }
  return read_all(file.get(), bytes_max);
}

mode_t mode_of_new_files() {
  const mode_t mask = ::umask(0);
  (void)::umask(mask);  // cannot fail
  return 0666 & ~mask;
}

}  // namespace halo::httpget
