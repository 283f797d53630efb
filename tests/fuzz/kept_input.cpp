#include "tests/fuzz/kept_input.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <utility>

#include "reactor/check.hpp"

namespace halo::test {

KeptInput::KeptInput(std::string path)
    : path_(std::move(path)), fd_(::open(path_.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0644)) {
  HALO_CHECK(fd_, "the folder of -artifact_prefix is there and may be written");
}

KeptInput::~KeptInput() { (void)::unlink(path_.c_str()); }  // another one may have done so

void KeptInput::keep(std::span<const std::uint8_t> input) {
  const auto written = ::pwrite(fd_.get(), input.data(), input.size(), 0);
  HALO_CHECK(written == static_cast<ssize_t>(input.size()), "the disk has room");
  HALO_CHECK(::ftruncate(fd_.get(), written) == 0, "a file can be made shorter");
}

}  // namespace halo::test
