// hello-libuv: the hello line protocol on libuv's streams. They read into the server's buffer and
// are written to at once; only what the kernel does not take is queued.

#include <uv.h>

#include <array>
#include <memory>
#include <string>
#include <string_view>

#include "bench/peers/line_session.hpp"
#include "bench/peers/peer_main.hpp"
#include "reactor/check.hpp"

namespace {

using halo::bench::LineSession;

constexpr int kBacklog = 4096;

struct Server {
  uv_loop_t loop;
  uv_tcp_t listener;
  std::array<char, halo::bench::kPeerReadBytesMax> input;  // for whoever is just being read from
  std::string output;
};

struct Connection {
  uv_tcp_t stream;
  uv_write_t write;
  Server* server;
  LineSession session;
  std::string unsent;
  bool closing = false;
};

uv_stream_t* stream_of(Connection& connection) {
  return reinterpret_cast<uv_stream_t*>(&connection.stream);
}

Connection& connection_of(void* handle) {
  return *static_cast<Connection*>(static_cast<uv_handle_t*>(handle)->data);
}

void close(Connection& connection) {
  uv_close(reinterpret_cast<uv_handle_t*>(&connection.stream), [](uv_handle_t* handle) {
    const std::unique_ptr<Connection> last(&connection_of(handle));
  });
}

void lend_buffer(uv_handle_t* handle, std::size_t, uv_buf_t* buffer) {
  std::array<char, halo::bench::kPeerReadBytesMax>& input = connection_of(handle).server->input;
  *buffer = uv_buf_init(input.data(), static_cast<unsigned>(input.size()));
}

void on_read(uv_stream_t* stream, ssize_t count, const uv_buf_t* buffer);

void on_written(uv_write_t* write, int status) {
  Connection& connection = connection_of(write->handle);
  connection.unsent.clear();
  if (status != 0 || connection.closing) {
    close(connection);
  } else {
    uv_read_start(stream_of(connection), lend_buffer, on_read);
  }
}

/// Sends what the server's buffer holds, and empties it.
void send_output(Connection& connection) {
  std::string& output = connection.server->output;
  std::size_t sent = 0;
  if (!output.empty()) {
    const uv_buf_t buffer = uv_buf_init(output.data(), static_cast<unsigned>(output.size()));
    const int count = uv_try_write(stream_of(connection), &buffer, 1);
    connection.closing = connection.closing || (count < 0 && count != UV_EAGAIN);
    sent = count == UV_EAGAIN ? 0 : count < 0 ? output.size() : static_cast<std::size_t>(count);
  }
  connection.unsent.assign(output, sent);
  output.clear();
  if (!connection.unsent.empty()) {
    uv_read_stop(stream_of(connection));
    const uv_buf_t rest =
        uv_buf_init(connection.unsent.data(), static_cast<unsigned>(connection.unsent.size()));
    uv_write(&connection.write, stream_of(connection), &rest, 1, on_written);
  } else if (connection.closing) {
    close(connection);
  }
}

void on_read(uv_stream_t* stream, ssize_t count, const uv_buf_t* buffer) {
  Connection& connection = connection_of(stream);
  if (count < 0 && count != UV_EOF) {
    close(connection);
  } else if (count != 0) {  // 0: nothing there, after all
    const std::string_view input(buffer->base, count < 0 ? 0 : static_cast<std::size_t>(count));
    std::string& output = connection.server->output;
    connection.closing = connection.session.answer(input, count == UV_EOF, output);
    send_output(connection);
  }
}

/// libuv itself closes connections for which there is no descriptor left.
void on_connection(uv_stream_t* listener, int status) {
  if (status != 0) {
    return;
  }
  auto* const server = static_cast<Server*>(listener->data);
  Connection& connection = *std::make_unique<Connection>().release();  // close() takes it back
  connection.server = server;
  uv_tcp_init(&server->loop, &connection.stream);
  connection.stream.data = &connection;
  if (uv_accept(listener, stream_of(connection)) != 0) {
    close(connection);
    return;
  }
  uv_read_start(stream_of(connection), lend_buffer, on_read);
  server->output = LineSession::welcome();
  send_output(connection);
}

void serve(halo::OwnedFd socket) {
  const auto server = std::make_unique<Server>();
  uv_loop_init(&server->loop);
  uv_tcp_init(&server->loop, &server->listener);
  server->listener.data = server.get();
  int error = uv_tcp_open(&server->listener, socket.release());
  HALO_CHECK(error == 0, "a socket that listens can be opened");
  error = uv_listen(reinterpret_cast<uv_stream_t*>(&server->listener), kBacklog, on_connection);
  HALO_CHECK(error == 0, "and be listened on again");
  uv_run(&server->loop, UV_RUN_DEFAULT);
}

}  // namespace

int main(int argc, char** argv) {
  return halo::bench::run_peer(argc, argv,
                               {.name = "libuv", .version = uv_version_string(), .serve = serve});
}
