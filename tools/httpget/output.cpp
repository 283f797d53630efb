#include "tools/httpget/output.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <utility>

#include "reactor/error.hpp"
#include "reactor/owned_fd.hpp"
#include "tools/httpget/file_io.hpp"
#include "tools/httpget/save_target.hpp"
#include "tools/httpget/temporary_name.hpp"

namespace halo::httpget {
namespace {

/// Standard output, a device, a named pipe.
class StreamOutput final : public Output {
 public:
  explicit StreamOutput(OwnedFd opened) : opened_(std::move(opened)) {}

  std::error_code write(std::span<const std::byte> bytes) override {
    written_ = written_ || !bytes.empty();
    return write_all(opened_ ? opened_.get() : STDOUT_FILENO, bytes);
  }

  std::error_code restart() override {
    return written_ ? std::make_error_code(std::errc::invalid_seek) : std::error_code();
  }

  std::error_code finish() override {
    return opened_ ? close_file(opened_.release()) : std::error_code();
  }

 private:
  OwnedFd opened_;  // none: standard output, which is not ours to close
  bool written_ = false;
};

class FileOutput final : public Output {
 public:
  explicit FileOutput(SaveTarget target) : target_(std::move(target)), name_(target_.path) {}

  [[nodiscard]] std::error_code create() {
    constexpr mode_t kOwnerOnly = 0600;  // half a body is nobody else's business
    file_.reset(::open(name_.path().c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, kOwnerOnly));
    return file_ ? std::error_code() : last_error();
  }

  std::error_code write(std::span<const std::byte> bytes) override {
    return write_all(file_.get(), bytes);
  }

  std::error_code restart() override { return empty_file(file_.get()); }

  std::error_code finish() override {
    if (::fchmod(file_.get(), target_.mode) != 0) {
      return last_error();
    }
    if (const std::error_code error = close_file(file_.release())) {
      return error;
    }
    return ::rename(name_.path().c_str(), target_.path.c_str()) == 0 ? std::error_code()
                                                                     : last_error();
  }

 private:
  const SaveTarget target_;
  const TemporaryName name_;
  OwnedFd file_;
};

}  // namespace

Result<std::unique_ptr<Output>> open_output(const std::string& path, mode_t mode) {
  if (path == "-") {
    return std::unique_ptr<Output>(std::make_unique<StreamOutput>(OwnedFd()));
  }
  Result<SaveTarget> target = find_save_target(path, mode);
  if (!target) {
    return target.error();
  }
  if (target->kind == SaveTarget::Kind::kStream) {
    OwnedFd opened(::open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY));
    if (!opened) {
      return last_error();
    }
    return std::unique_ptr<Output>(std::make_unique<StreamOutput>(std::move(opened)));
  }
  auto file = std::make_unique<FileOutput>(std::move(*target));
  if (const std::error_code error = file->create()) {
    return error;
  }
  return std::unique_ptr<Output>(std::move(file));
}

}  // namespace halo::httpget
