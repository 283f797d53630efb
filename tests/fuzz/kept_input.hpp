#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "reactor/owned_fd.hpp"

namespace halo::test {

/// A file that holds the input at hand while a target runs, so that it is there afterwards in
/// whatever way the process ends. An orderly end removes it.
class KeptInput {
 public:
  /// Fails the process where `path` cannot be written.
  explicit KeptInput(std::string path);
  KeptInput(const KeptInput&) = delete;
  KeptInput& operator=(const KeptInput&) = delete;
  ~KeptInput();

  void keep(std::span<const std::uint8_t> input);
  const std::string& path() const noexcept { return path_; }

 private:
  std::string path_;
  OwnedFd fd_;
};

}  // namespace halo::test
