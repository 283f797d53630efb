#include "tests/support/descriptors.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "reactor/check.hpp"

namespace halo::test {
namespace {

// No test opens as many; the limit itself may be a billion.
constexpr int kLookedAt = 4096;

}  // namespace

std::size_t open_descriptors() {
  std::size_t count = 0;
  for (int fd = 0; fd < kLookedAt; ++fd) {
    count += ::fcntl(fd, F_GETFD) >= 0 ? 1 : 0;
  }
  return count;
}

DescriptorShortage::DescriptorShortage(std::size_t spare) {
  int highest = 0;
  for (int fd = 0; fd < kLookedAt; ++fd) {
    highest = ::fcntl(fd, F_GETFD) >= 0 ? fd : highest;
  }
  rlimit limit{};
  HALO_CHECK(::getrlimit(RLIMIT_NOFILE, &limit) == 0, "the limit can be asked");
  former_limit_ = limit.rlim_cur;
  limit.rlim_cur = std::min<rlim_t>(static_cast<rlim_t>(highest) + 1 + spare, former_limit_);
  HALO_CHECK(::setrlimit(RLIMIT_NOFILE, &limit) == 0, "the limit can be lowered");
  while (true) {
    OwnedFd filler(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    if (!filler) {
      HALO_CHECK(errno == EMFILE, "descriptors have run out");
      break;
    }
    fillers_.push_back(std::move(filler));
  }
  fillers_.resize(fillers_.size() - std::min(fillers_.size(), spare));
}

DescriptorShortage::~DescriptorShortage() { end(); }

void DescriptorShortage::end() {
  if (former_limit_ != 0) {
    rlimit limit{};
    (void)::getrlimit(RLIMIT_NOFILE, &limit);  // cannot fail: it worked in the constructor
    limit.rlim_cur = former_limit_;
    HALO_CHECK(::setrlimit(RLIMIT_NOFILE, &limit) == 0, "the limit can be restored");
    former_limit_ = 0;
    fillers_.clear();
  }
}

}  // namespace halo::test
