#include "tools/httpget/save_target.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

#include "reactor/error.hpp"

namespace halo::httpget {
namespace {

constexpr int kLinksMax = 40;  // as Linux follows, see path_resolution(7)
constexpr mode_t kPermissions = 0777;

/// The name at the end of a chain of symbolic links, be there a file or not.
Result<std::string> follow_links(std::string path) {
  struct stat found {};
  for (int links = 0; links <= kLinksMax; ++links) {
    if (::lstat(path.c_str(), &found) != 0) {
      return errno == ENOENT ? Result<std::string>(path) : last_error();
    }
    if (!S_ISLNK(found.st_mode)) {
      return path;
    }
    std::error_code error;
    const std::filesystem::path next = std::filesystem::read_symlink(path, error);
    if (error) {
      return error;
    }
    path = (std::filesystem::path(path).parent_path() / next).string();
  }
  return std::make_error_code(std::errc::too_many_symbolic_link_levels);
}

}  // namespace

Result<SaveTarget> find_save_target(const std::string& path, mode_t mode) {
  SaveTarget target;
  target.mode = mode;
  struct stat found {};
  const bool is_there = ::stat(path.c_str(), &found) == 0;
  if (!is_there && errno != ENOENT) {
    return last_error();
  }
  if (is_there) {
    if (S_ISDIR(found.st_mode)) {
      return std::make_error_code(std::errc::is_a_directory);
    }
    if (::faccessat(AT_FDCWD, path.c_str(), W_OK, AT_EACCESS) != 0) {
      return last_error();
    }
    if (!S_ISREG(found.st_mode)) {
      target.kind = SaveTarget::Kind::kStream;
      target.path = path;  // not followed: links such as /dev/stdout lead to no name
      return target;
    }
    target.mode = found.st_mode & kPermissions;
  }
  Result<std::string> followed = follow_links(path);
  if (!followed) {
    return followed.error();
  }
  target.path = std::move(*followed);
  return target;
}

}  // namespace halo::httpget
