#include "tests/reactor/tcp_server_fixture.hpp"

#include <utility>

#include "reactor/socket.hpp"
#include "tests/reactor/echo_handler.hpp"

namespace halo::test {

std::vector<ServerCase> server_cases(AcceptMode accept) {
  std::vector<ServerCase> cases;
  for (const PollerKind poller : available_pollers()) {
    cases.push_back({poller, accept});
  }
  return cases;
}

std::vector<ServerCase> server_cases() {
  std::vector<ServerCase> cases = server_cases(AcceptMode::kHandoff);
  if (socket::balances_groups(Endpoint::loopback_v4(0))) {
    for (const ServerCase& one : server_cases(AcceptMode::kReuseport)) {
      cases.push_back(one);
    }
  }
  return cases;
}

std::string server_case_name(const testing::TestParamInfo<ServerCase>& info) {
  const bool handoff = info.param.accept == AcceptMode::kHandoff;
  return name_of(info.param.poller) + (handoff ? "_handoff" : "_reuseport");
}

void TcpServerFixture::start(std::size_t loops, HandlerFactory factory, const Endpoint& at) {
  loops_ = make_pool(loops);
  server_ = TcpServer::listen(*loops_, at, std::move(factory), options_).value();
}

void TcpServerFixture::start_echo(std::size_t loops, const Endpoint& at) {
  start(
      loops, [](EventLoop&, const Endpoint&) { return std::make_unique<EchoHandler>(); }, at);
}

Received read_at_least(int fd, std::size_t size) {
  Received all;
  while (all.bytes.size() < size && !all.ended && all.error == 0) {
    if (!wait_readable(fd)) {
      ADD_FAILURE() << "nothing came after " << all.bytes.size() << " bytes";
      break;
    }
    Received some = read_available(fd);
    all.bytes += some.bytes;
    all.ended = some.ended;
    all.error = some.error;
  }
  return all;
}

Received read_to_end(int fd) { return read_at_least(fd, SIZE_MAX); }

}  // namespace halo::test
