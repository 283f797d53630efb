#pragma once

#include <sys/types.h>

#include <cstddef>
#include <span>
#include <string>
#include <system_error>

#include "reactor/result.hpp"

/// Files as httpget writes them: every system call's short answer and interruption is dealt with
/// here. *Thread:* one.
namespace halo::httpget {

/// Writes all of `bytes` to `fd`, waiting where it must. Fails with the system's word (ENOSPC,
/// EFBIG, EPIPE, ...); what was written by then stays. See: write(2).
[[nodiscard]] std::error_code write_all(int fd, std::span<const std::byte> bytes);

/// Empties the file at `fd`; the next write begins it.
[[nodiscard]] std::error_code empty_file(int fd);

/// Closes `fd` and tells what close(2) says: some file systems find out here that the disk is full.
[[nodiscard]] std::error_code close_file(int fd);

/// All of a file's bytes; "-" is standard input. Fails with the system's word, and with EFBIG past
/// `bytes_max`.
Result<std::string> read_file(const std::string& path, std::size_t bytes_max);

/// The permissions that a new file gets in this process. To be asked before there are threads: the
/// only portable way to read umask(2) is to change it for a moment.
mode_t mode_of_new_files();

}  // namespace halo::httpget
