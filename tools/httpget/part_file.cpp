#include "tools/httpget/part_file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <utility>

#include "reactor/error.hpp"
#include "tools/httpget/file_io.hpp"

namespace halo::httpget {
namespace {

[[nodiscard]] std::error_code remove_if_there(const std::string& path) {
  return ::unlink(path.c_str()) == 0 || errno == ENOENT ? std::error_code() : last_error();
}

}  // namespace

PartFile::PartFile(SaveTarget target, std::string url)
    : target_(std::move(target)),
      part_path_(target_.path + ".part"),
      note_path_(part_path_ + ".json"),
      url_(std::move(url)) {}

Result<std::unique_ptr<PartFile>> PartFile::open(const std::string& path, mode_t mode,
                                                 std::string url) {
  Result<SaveTarget> target = find_save_target(path, mode);
  if (!target) {
    return target.error();
  }
  if (target->kind != SaveTarget::Kind::kFile) {
    return std::make_error_code(std::errc::invalid_seek);
  }
  std::unique_ptr<PartFile> part(new PartFile(std::move(*target), std::move(url)));
  if (const std::error_code error = part->lock()) {
    part->file_.reset();  // it is another's: nothing to tidy up
    return error;
  }
  const off_t end = ::lseek(part->file_.get(), 0, SEEK_END);
  if (end < 0) {
    return last_error();
  }
  part->bytes_ = static_cast<std::uint64_t>(end);
  part->note_ = read_note(part->note_path_);
  if (part->note_ && part->note_->url != part->url_) {
    part->note_.reset();
  }
  return part;
}

std::error_code PartFile::lock() {
  constexpr mode_t kOwnerOnly = 0600;
  for (;;) {
    // O_NOFOLLOW: no one's link under this name makes us write elsewhere.
    file_.reset(::open(part_path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, kOwnerOnly));
    if (!file_ || ::flock(file_.get(), LOCK_EX | LOCK_NB) != 0) {
      return last_error();
    }
    struct stat ours {};
    struct stat named {};
    if (::fstat(file_.get(), &ours) != 0) {
      return last_error();
    }
    if (!S_ISREG(ours.st_mode)) {
      return std::make_error_code(std::errc::invalid_seek);
    }
    const bool still_there = ::stat(part_path_.c_str(), &named) == 0;
    if (still_there && named.st_ino == ours.st_ino && named.st_dev == ours.st_dev) {
      return {};
    }
    // Between open and lock another process finished it: this is the whole file now, not a part.
  }
}

PartFile::~PartFile() {
  if (file_ && bytes_ == 0) {
    (void)remove_if_there(note_path_);  // nobody is left to be told
    (void)remove_if_there(part_path_);
  }
}

std::error_code PartFile::begin(std::string validator, std::optional<std::uint64_t> total) {
  if (const std::error_code error = empty_file(file_.get())) {
    return error;
  }
  bytes_ = 0;
  note_.reset();
  if (validator.empty()) {
    return remove_if_there(note_path_);
  }
  PartNote note{url_, std::move(validator), total};
  if (const std::error_code error = write_note(note_path_, note)) {
    return error;
  }
  note_ = std::move(note);
  return {};
}

std::error_code PartFile::write(std::span<const std::byte> bytes) {
  const std::error_code error = write_all(file_.get(), bytes);
  if (!error) {
    bytes_ += bytes.size();
  } else if (const off_t end = ::lseek(file_.get(), 0, SEEK_CUR); end > 0) {
    bytes_ = static_cast<std::uint64_t>(end);  // some of them fitted on the disk
  }
  return error;
}

std::error_code PartFile::finish() {
  if (::fchmod(file_.get(), target_.mode) != 0) {
    return last_error();
  }
  // A close tells whether everything is on the disk. Of a second descriptor, since the lock goes
  // with the last one, and the file must be locked until it has its name: nobody may append to it.
  if (const std::error_code error = close_file(::dup(file_.get()))) {
    return error;
  }
  if (::rename(part_path_.c_str(), target_.path.c_str()) != 0) {
    return last_error();
  }
  file_.reset();
  return remove_if_there(note_path_);
}

}  // namespace halo::httpget
