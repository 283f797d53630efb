#include "tests/reactor/tcp_server_fixture.hpp"

#include <utility>

#include "tests/reactor/echo_handler.hpp"

namespace halo::test {

void TcpServerFixture::start(std::size_t loops, HandlerFactory factory, const Endpoint& at) {
  loops_ = LoopPool::create(loops, GetParam()).value();
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
