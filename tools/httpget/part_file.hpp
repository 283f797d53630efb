#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <system_error>

#include "reactor/owned_fd.hpp"
#include "reactor/result.hpp"
#include "tools/httpget/output.hpp"
#include "tools/httpget/part_note.hpp"
#include "tools/httpget/save_target.hpp"

namespace halo::httpget {

/// A download that may go on another day: FILE.part grows, FILE.part.json says of what, and both
/// become FILE when it is whole. *Owner:* its download. *Thread:* one.
///
/// 1. What is not finished stays, also when the process is killed, unless it is empty.
/// 2. At every moment the note tells of the bytes that are there: a new body empties the file
/// before it changes the note.
/// 3. One process at a time has it: the file is locked, see flock(2).
class PartFile final : public Output {
 public:
  /// Opens or makes FILE.part for a download of `url`. Fails with the system's word: with
  /// EWOULDBLOCK while another process has it, with ESPIPE where `path` is no file.
  static Result<std::unique_ptr<PartFile>> open(const std::string& path, mode_t mode,
                                                std::string url);
  PartFile(const PartFile&) = delete;
  PartFile& operator=(const PartFile&) = delete;
  ~PartFile() override;

  /// Bytes that are there and of which is known what they are; 0: begin at the beginning.
  std::uint64_t usable_bytes() const noexcept { return note_ ? bytes_ : 0; }
  /// What they are of, when there are any.
  const std::optional<PartNote>& note() const noexcept { return note_; }

  /// Empties the file for a body whose validator and length these are. With an empty validator it
  /// cannot be resumed later.
  [[nodiscard]] std::error_code begin(std::string validator, std::optional<std::uint64_t> total);

  std::error_code write(std::span<const std::byte> bytes) override;
  /// Without effect on what is there: the next try resumes, or begins.
  std::error_code restart() override { return {}; }
  std::error_code finish() override;

 private:
  PartFile(SaveTarget target, std::string url);
  std::error_code lock();

  const SaveTarget target_;
  const std::string part_path_;
  const std::string note_path_;
  const std::string url_;
  OwnedFd file_;
  std::uint64_t bytes_ = 0;
  std::optional<PartNote> note_;
};

}  // namespace halo::httpget
