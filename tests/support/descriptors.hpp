#pragma once

#include <cstddef>
#include <vector>

#include "reactor/owned_fd.hpp"

namespace halo::test {

/// How many descriptors this process has open.
std::size_t open_descriptors();

/// Lets this process open at most `spare` more descriptors, until it is destroyed.
class DescriptorShortage {
 public:
  explicit DescriptorShortage(std::size_t spare);
  DescriptorShortage(const DescriptorShortage&) = delete;
  DescriptorShortage& operator=(const DescriptorShortage&) = delete;
  ~DescriptorShortage();

  /// Ends the shortage now.
  void end();

 private:
  unsigned long former_limit_ = 0;  // 0: ended
  std::vector<OwnedFd> fillers_;    // in the holes below the limit
};

}  // namespace halo::test
