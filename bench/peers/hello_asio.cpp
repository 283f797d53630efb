// hello-asio: the hello line protocol on asio. A connection waits until it can read, so that an
// idle one has no buffer, reads into the server's buffer, and writes at once; only what the kernel
// does not take is written asynchronously.

#include <array>
#include <asio.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "bench/peers/line_session.hpp"
#include "bench/peers/peer_main.hpp"

namespace {

using Protocol = asio::generic::stream_protocol;
using Socket = Protocol::socket;
using asio::error_code;
using halo::bench::LineSession;

/// What the connections of one thread share.
struct Buffers {
  std::array<char, halo::bench::kPeerReadBytesMax> input;
  std::string output;
};

class Connection final : public std::enable_shared_from_this<Connection> {
 public:
  Connection(Socket socket, Buffers& buffers) : socket_(std::move(socket)), buffers_(buffers) {}

  void start() {
    error_code error;
    socket_.non_blocking(true, error);
    buffers_.output = LineSession::welcome();
    write();
  }

 private:
  void wait() {
    socket_.async_wait(Socket::wait_read, [self = shared_from_this()](error_code error) {
      if (!error) {
        self->read();
      }
    });
  }

  void read() {
    error_code error;
    const std::size_t count = socket_.read_some(asio::buffer(buffers_.input), error);
    if (error == asio::error::would_block) {
      wait();
    } else if (!error || error == asio::error::eof) {
      const std::string_view input(buffers_.input.data(), count);
      closing_ = session_.answer(input, error == asio::error::eof, buffers_.output);
      write();
    }
  }

  void write() {
    error_code error;
    std::size_t sent = 0;
    if (!buffers_.output.empty()) {
      sent = socket_.write_some(asio::buffer(buffers_.output), error);
    }
    if (!error || error == asio::error::would_block) {
      unsent_.assign(buffers_.output, sent);
      go_on();
    }
    buffers_.output.clear();
  }

  /// Who has nothing left to wait for is destroyed, and its socket closed.
  void go_on() {
    if (!unsent_.empty()) {
      asio::async_write(socket_, asio::buffer(unsent_),
                        [self = shared_from_this()](error_code error, std::size_t) {
                          self->unsent_.clear();
                          if (!error) {
                            self->go_on();
                          }
                        });
    } else if (!closing_) {
      wait();
    }
  }

  Socket socket_;
  Buffers& buffers_;
  LineSession session_;
  std::string unsent_;
  bool closing_ = false;
};

class Server final {
 public:
  explicit Server(int listener) : acceptor_(loop_), pause_(loop_) {
    sockaddr_storage address{};
    socklen_t size = sizeof(address);
    ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size);
    acceptor_.assign(Protocol(address.ss_family, 0), listener);
  }

  void run() {
    accept();
    loop_.run();
  }

 private:
  void accept() {
    acceptor_.async_accept([this](error_code error, Socket socket) {
      if (!error) {
        std::make_shared<Connection>(std::move(socket), buffers_)->start();
        accept();
      } else {
        pause_.expires_after(std::chrono::milliseconds(10));  // out of descriptors, as a rule
        pause_.async_wait([this](error_code) { accept(); });
      }
    });
  }

  asio::io_context loop_{1};  // one thread: no locks
  asio::basic_socket_acceptor<Protocol> acceptor_;
  asio::steady_timer pause_;
  Buffers buffers_{};
};

std::string version() {
  return std::to_string(ASIO_VERSION / 100'000) + "." + std::to_string(ASIO_VERSION / 100 % 1000) +
         "." + std::to_string(ASIO_VERSION % 100);
}

}  // namespace

int main(int argc, char** argv) {
  return halo::bench::run_peer(
      argc, argv, {.name = "asio", .version = version(), .serve = [](halo::OwnedFd listener) {
                     Server(listener.release()).run();
                   }});
}
