#include "bench/load/preflight.hpp"

#include <algorithm>
#include <cstdlib>
#include <fstream>

#include <fmt/format.h>

#include "bench/load/failures.hpp"
#include "bench/plan.hpp"
#include "reactor/socket.hpp"
#include "servers/process.hpp"

namespace halo::bench::load {
namespace {

constexpr std::size_t kDescriptorsBeside = 32;  // standard streams, reports, signals
constexpr std::size_t kDescriptorsOfLoop = 4;
constexpr double kBusyShare = 0.5;  // of the cores: figures of others get into ours

std::size_t divided_up(std::size_t whole, std::size_t part) { return (whole + part - 1) / part; }

}  // namespace

Facilities this_machine_has() {
  Facilities machine;
  machine.descriptors = descriptor_limit();
  machine.cores = process::usable_processors();
  std::ifstream range("/proc/sys/net/ipv4/ip_local_port_range");  // see ip(7)
  std::size_t first = 0;
  std::size_t last = 0;
  if (range >> first >> last && last >= first) {
    machine.ports = last - first + 1;
  }
  double load = 0;
  if (::getloadavg(&load, 1) == 1) {
    machine.load_average = load;
  }
  return machine;
}

std::vector<Finding> examine(const LoadPlan& plan, const Facilities& machine) {
  std::vector<Finding> findings;
  const std::size_t beside = kDescriptorsBeside + kDescriptorsOfLoop * plan.threads;
  if (plan.connections + beside > machine.descriptors) {
    findings.push_back(
        {true, fmt::format("cannot open {} connections", plan.connections),
         fmt::format("EMFILE: this process may have {} descriptors", machine.descriptors),
         fmt::format("ulimit -n {}, or --connections {}", plan.connections + beside,
                     machine.descriptors > beside ? machine.descriptors - beside : 1)});
  }
  const std::size_t sources = std::max<std::size_t>(plan.asking.sources.size(), 1);
  const bool has_ports = plan.asking.server.family() != Endpoint::Family::kUnix;
  if (has_ports && machine.ports && plan.connections > *machine.ports * sources) {
    findings.push_back(
        {true, fmt::format("cannot open {} connections", plan.connections),
         fmt::format("EADDRNOTAVAIL: {} source address{} {} ports to connect from", sources,
                     sources == 1 ? " has" : "es have", *machine.ports * sources),
         fmt::format("{} --source-addresses, a wider net.ipv4.ip_local_port_range, or "
                     "--connections {}",
                     divided_up(plan.connections, *machine.ports), *machine.ports * sources)});
  }
  if (plan.threads > machine.cores) {
    findings.push_back({false,
                        fmt::format("{} threads on {} core{}", plan.threads, machine.cores,
                                    machine.cores == 1 ? "" : "s"),
                        "they wait for each other, which shows as the server's time",
                        fmt::format("--threads {}", machine.cores)});
  }
  if (machine.load_average &&
      *machine.load_average > kBusyShare * static_cast<double>(machine.cores)) {
    findings.push_back(
        {false,
         fmt::format("this machine is busy: load average {:.1f} on {} core{}",
                     *machine.load_average, machine.cores, machine.cores == 1 ? "" : "s"),
         "high percentiles will be those of others, too", "a quiet machine"});
  }
  return findings;
}

std::vector<Finding> examine_sources(const LoadPlan& plan) {
  std::vector<Finding> findings;
  for (const Endpoint& source : plan.asking.sources) {
    if (source.family() != plan.asking.server.family()) {
      findings.push_back({true, "cannot ask from " + source.address_string(),
                          "the server's address is of another family", "addresses of one family"});
    } else if (const Result<OwnedFd> bound = socket::listen(source, 1); !bound) {
      findings.push_back(
          {true, "cannot ask from " + source.address_string(),
           fmt::format("{} ({})", bound.error().message(), errno_name(bound.error())),
           "an address of this machine: ip address add"});
    }
  }
  return findings;
}

}  // namespace halo::bench::load
