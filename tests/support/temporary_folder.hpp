#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>

#include "reactor/check.hpp"

namespace halo::test {

/// A folder of one's own with a short name, removed with what is in it.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    // Not TMPDIR: the path of a Unix socket has room for 107 bytes.
    char name[] = "/tmp/halo-test-XXXXXX";
    HALO_CHECK(::mkdtemp(name) != nullptr, "a folder can be made in /tmp");
    path_ = name;
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() {
    std::error_code ignored;  // what is left is /tmp's
    std::filesystem::remove_all(path_, ignored);
  }

  const std::string& path() const noexcept { return path_; }

 private:
  std::string path_;
};

}  // namespace halo::test
