#pragma once

#include "reactor/udp_options.hpp"

namespace halo {

/// Under which reason an errno of a send is counted.
SendDrop reason_of(int error) noexcept;

}  // namespace halo
