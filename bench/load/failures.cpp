#include "bench/load/failures.hpp"

#include <algorithm>
#include <array>
#include <cerrno>

#include "bench/error_counts.hpp"
#include "reactor/error.hpp"

namespace halo::bench::load {
namespace {

struct Known {
  int number;
  std::string_view name;
  bool our_own;
  std::string_view advice;
};

constexpr std::array kKnown = {
    Known{EMFILE, "EMFILE", true, "ulimit -n with a higher number, or fewer --connections"},
    Known{ENFILE, "ENFILE", true, "the whole system is out of descriptors: fewer --connections"},
    Known{EADDRNOTAVAIL, "EADDRNOTAVAIL", true,
          "no source port is left, or no such source address: more --source-addresses, a wider "
          "net.ipv4.ip_local_port_range, or fewer --connections"},
    Known{EADDRINUSE, "EADDRINUSE", true, "more --source-addresses, or fewer --connections"},
    Known{ENOBUFS, "ENOBUFS", true, "the kernel is out of memory for sockets: fewer --connections"},
    Known{ENOMEM, "ENOMEM", true, "the kernel is out of memory for sockets: fewer --connections"},
    Known{EACCES, "EACCES", true, "a firewall or the address's kind forbids it: look at both"},
    Known{EPERM, "EPERM", true, "a firewall forbids it: look at its rules"},
    Known{ENETUNREACH, "ENETUNREACH", true, "there is no route: look at the address"},
    Known{EHOSTUNREACH, "EHOSTUNREACH", true, "there is no way to the host: look at the address"},
    Known{ECONNREFUSED, "ECONNREFUSED", false,
          "nobody listens there: start the server, or look at the port"},
    Known{ECONNRESET, "ECONNRESET", false,
          "the server cut the connection: look for its limits and its log"},
    Known{EPIPE, "EPIPE", false, "the server cut the connection: look for its limits and its log"},
    Known{
        ETIMEDOUT, "ETIMEDOUT", false,
        "the server's queue of new connections may be full: a longer backlog, or a longer --ramp"},
    Known{EMSGSIZE, "EMSGSIZE", true, "a smaller --payload"},
    Known{EAGAIN, "EAGAIN", true, "the socket took no more: a lower --rate or more --connections"},
};

const Known* find_known(std::error_code why) noexcept {
  if (why.category() != std::system_category() && why.category() != std::generic_category()) {
    return nullptr;
  }
  const auto* const found = std::find_if(kKnown.begin(), kKnown.end(), [why](const Known& known) {
    return known.number == why.value();
  });
  return found == kKnown.end() ? nullptr : found;
}

}  // namespace

void count_failure(Failures& failures, const Failure& failure, std::uint64_t times) {
  if (times > 0) {
    FailureCount& count = failures[failure.kind];
    count.times += times;
    count.why = failure.why;
  }
}

void merge(Failures& into, const Failures& other) {
  for (const auto& [kind, count] : other) {
    count_failure(into, {kind, count.why}, count.times);
  }
}

Failure connect_failure(std::error_code why) { return {"connect: " + why.message(), why}; }

std::string_view errno_name(std::error_code why) noexcept {
  const Known* const known = find_known(why);
  return known == nullptr ? std::string_view{} : known->name;
}

std::string_view advice(std::string_view kind, std::error_code why) noexcept {
  if (const Known* const known = find_known(why)) {
    return known->advice;
  }
  if (kind == kTimeOut) {
    return "the server is overloaded or has lost them: a lower --rate, or a longer --timeout";
  }
  if (kind == kWrongAnswer) {
    return "ask once by hand, and look at --expect, --until and --welcome";
  }
  if (kind == kClosedEarly) {
    return "the server closed before it had answered: look for its limits and its log";
  }
  if (why == Errc::kConnectTimeout) {
    return "the server's queue of new connections may be full: a longer backlog, or a longer "
           "--ramp";
  }
  return {};
}

bool is_our_own(std::error_code why) noexcept {
  const Known* const known = find_known(why);
  return known != nullptr && known->our_own;
}

}  // namespace halo::bench::load
