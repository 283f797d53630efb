// hello-libevent: the hello line protocol on libevent's bufferevents, which write when the loop
// comes round again.

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <event2/listener.h>
#include <sys/socket.h>

#include <array>
#include <memory>
#include <string>
#include <string_view>

#include "bench/peers/line_session.hpp"
#include "bench/peers/peer_main.hpp"
#include "reactor/check.hpp"

namespace {

using halo::bench::LineSession;

constexpr timeval kPause = {0, 10'000};

struct Server {
  event_base* loop = nullptr;
  evconnlistener* listener = nullptr;
  event* resume = nullptr;  // accepting, after a pause
  std::array<char, halo::bench::kPeerReadBytesMax> input;
  std::string output;
};

struct Connection {
  Server* server;
  LineSession session;
  bool closing = false;
};

void close(bufferevent* stream, Connection* connection) {
  const std::unique_ptr<Connection> last(connection);
  bufferevent_free(stream);  // and its socket
}

/// Answers what has come. Who has not read all answers is not read from.
void answer(bufferevent* stream, Connection* connection, bool ended) {
  Server& server = *connection->server;
  const std::size_t count = bufferevent_read(stream, server.input.data(), server.input.size());
  const std::string_view input(server.input.data(), count);
  connection->closing = connection->session.answer(input, ended, server.output);
  if (!server.output.empty()) {
    bufferevent_write(stream, server.output.data(), server.output.size());
    server.output.clear();
  }
  const std::size_t unsent = evbuffer_get_length(bufferevent_get_output(stream));
  if (connection->closing && unsent == 0) {
    close(stream, connection);
  } else if (connection->closing || unsent > halo::bench::kPeerReadBytesMax) {
    bufferevent_disable(stream, EV_READ);
  }
}

void on_read(bufferevent* stream, void* connection) {
  answer(stream, static_cast<Connection*>(connection), false);
}

/// All is written.
void on_written(bufferevent* stream, void* argument) {
  auto* const connection = static_cast<Connection*>(argument);
  if (connection->closing) {
    close(stream, connection);
  } else if ((bufferevent_get_enabled(stream) & EV_READ) == 0) {
    bufferevent_enable(stream, EV_READ);
  }
}

void on_event(bufferevent* stream, short what, void* argument) {
  auto* const connection = static_cast<Connection*>(argument);
  if ((what & BEV_EVENT_EOF) != 0 && !connection->closing) {
    answer(stream, connection, true);
  } else if ((what & (BEV_EVENT_EOF | BEV_EVENT_ERROR)) != 0) {
    close(stream, connection);
  }
}

void on_connection(evconnlistener*, evutil_socket_t socket, sockaddr*, int, void* argument) {
  auto* const server = static_cast<Server*>(argument);
  bufferevent* const stream = bufferevent_socket_new(server->loop, socket, BEV_OPT_CLOSE_ON_FREE);
  auto* const connection = std::make_unique<Connection>(Connection{server, {}, false}).release();
  bufferevent_setcb(stream, on_read, on_written, on_event, connection);
  bufferevent_set_max_single_read(stream, halo::bench::kPeerReadBytesMax);
  bufferevent_set_max_single_write(stream, halo::bench::kPeerReadBytesMax);
  bufferevent_write(stream, LineSession::welcome().data(), LineSession::welcome().size());
  bufferevent_enable(stream, EV_READ);
}

/// Out of descriptors, as a rule: the listener would be ready all the time.
void on_accept_failed(evconnlistener* listener, void* argument) {
  evconnlistener_disable(listener);
  event_add(static_cast<Server*>(argument)->resume, &kPause);
}

void on_resume(evutil_socket_t, short, void* argument) {
  evconnlistener_enable(static_cast<Server*>(argument)->listener);
}

void serve(halo::OwnedFd socket) {
  const auto server = std::make_unique<Server>();
  event_config* const config = event_config_new();
  event_config_set_flag(config, EVENT_BASE_FLAG_NOLOCK);                // one thread
  event_config_set_flag(config, EVENT_BASE_FLAG_EPOLL_USE_CHANGELIST);  // fewer system calls
  server->loop = event_base_new_with_config(config);
  event_config_free(config);
  HALO_CHECK(server->loop != nullptr, "libevent has a loop");
  server->resume = event_new(server->loop, -1, 0, on_resume, server.get());
  server->listener = evconnlistener_new(server->loop, on_connection, server.get(),
                                        LEV_OPT_CLOSE_ON_EXEC, 0, socket.release());
  HALO_CHECK(server->listener != nullptr, "a socket that listens can be listened on");
  evconnlistener_set_error_cb(server->listener, on_accept_failed);
  event_base_dispatch(server->loop);
}

}  // namespace

int main(int argc, char** argv) {
  return halo::bench::run_peer(
      argc, argv, {.name = "libevent", .version = event_get_version(), .serve = serve});
}
