#include "reactor/internal/udp_calls.hpp"

namespace halo {

// Where the system has nothing better. Constant, so that it does not depend on another file's turn.
const UdpCalls kUdpCallsBest{[](int fd, std::span<UdpMessage> messages) noexcept {
                               return kUdpCallsOneByOne.receive(fd, messages);
                             },
                             [](int fd, std::span<UdpMessage> messages) noexcept {
                               return kUdpCallsOneByOne.send(fd, messages);
                             }};

}  // namespace halo
