#pragma once

#include <cstddef>
#include <initializer_list>
#include <string>

namespace halo::httpget {

/// The name of a file that must not outlive the program, however that ends: the destructor removes
/// it, and so does the handler of `remove_and_exit_at`. *Thread:* one makes and destroys them.
///
/// 1. The name is on the list before the file is there, and leaves it after: at no moment can a
/// signal leave the file behind.
/// 2. It is new: 64 random bits, so that whoever removes it removes no one else's file.
class TemporaryName {
 public:
  /// How many there can be at a time: more than downloads run at once.
  static constexpr std::size_t kCountMax = 512;

  /// A name in the folder of `path`, which may be relative: the working folder must not change.
  explicit TemporaryName(const std::string& path);
  TemporaryName(const TemporaryName&) = delete;
  TemporaryName& operator=(const TemporaryName&) = delete;
  ~TemporaryName();

  const std::string& path() const noexcept { return path_; }

 private:
  const std::string path_;
  std::size_t slot_;
};

/// From now on each of these signals removes every temporary file, writes `message` to standard
/// error and ends the process with 128 + its number, whatever it is doing: also while it waits for
/// a disk, a pipe or a name server. One that is ignored already stays so.
/// *Lifetime:* `message` must live until the process ends.
void remove_and_exit_at(std::initializer_list<int> signals, const char* message);

}  // namespace halo::httpget
