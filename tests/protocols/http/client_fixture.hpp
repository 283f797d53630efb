#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include <gtest/gtest.h>

#include "protocols/http/client.hpp"
#include "tests/support/loops.hpp"
#include "tests/support/sockets.hpp"

namespace halo::http {

/// What a request's handler was told.
struct Told {
  std::vector<std::string> sent;  // heads
  std::string remote;
  int new_connections = 0;
  int heads = 0;
  int status = 0;
  std::vector<int> interims;
  std::vector<std::string> redirects;
  std::string body;
  std::string trailers;
  int done = 0;
  std::error_code error;
  Stage stage{};
  std::string url;
  std::string detail;
  bool destroyed = false;  // the handler

  bool ok() const { return done == 1 && !error; }
};

/// What a test wants to happen in a callback.
struct Hooks {
  std::function<void()> on_redirect{};
  std::function<void()> on_head{};
  std::function<std::error_code()> on_body{};
  std::function<void()> on_done{};
};

/// A request's handler that notes everything.
class Note final : public ResponseHandler {
 public:
  Note(Told& told, Hooks hooks) : told_(told), hooks_(std::move(hooks)) {}
  ~Note() override { told_.destroyed = true; }

  void on_sent(const Departure& departure) override;
  void on_interim(const ResponseHead& head) override { told_.interims.push_back(head.status); }
  void on_redirect(const ResponseHead& head, const Url& to) override;
  void on_head(const ResponseHead& head) override;
  std::error_code on_body(std::span<const std::byte> bytes) override;
  void on_trailers(const Headers& trailers) override;
  void on_done(const Outcome& outcome) override;

 private:
  Told& told_;
  Hooks hooks_;
};

/// A client, and a server that does exactly what the test says, on one loop.
class ClientTest : public test::OnEveryPoller {
 protected:
  /// One connection, as the server has it.
  class Peer {
   public:
    Peer(ClientTest& test, OwnedFd fd) : test_(test), fd_(std::move(fd)) {}

    /// The next request, with as many bytes of a body; runs the loop until it is here.
    std::string request(std::size_t body_bytes = 0);
    /// Waits for bytes up to and including `end`.
    std::string read_until(std::string_view end);
    void send(std::string_view bytes) { test::write_all(fd_.get(), bytes); }
    /// FIN; the client may have gone first.
    void finish();
    void reset() { test::reset(std::move(fd_)); }
    void close() { fd_.reset(); }
    /// Whether the client closes, or resets, the connection; runs the loop until it does.
    testing::AssertionResult is_left();
    /// Whether the client has left by now.
    bool left_by_now();
    int fd() const { return fd_.get(); }

   private:
    ClientTest& test_;
    OwnedFd fd_;
    std::string input_;
  };

  ClientTest();
  ~ClientTest() override;

  void make_client(ClientOptions options = {});
  Url url(std::string_view target = "/") const;
  Request get(std::string_view target = "/") const { return Request{"GET", url(target)}; }

  /// Asks, and notes in told(index) what comes of it: the index is that of the call.
  RequestId ask(Request request, Hooks hooks = {}, std::unique_ptr<BodySource> body = nullptr);
  Told& told(std::size_t index = 0) { return *told_[index]; }

  Peer accept();
  /// Whether a further connection comes by now.
  bool nobody_connects();
  testing::AssertionResult run_until(const std::function<bool()>& done) {
    return test::run_until(*loop_, done);
  }
  testing::AssertionResult run_until_done(std::size_t index = 0) {
    return run_until([this, index] { return told(index).done > 0; });
  }
  void settle() { test::run_while_busy(*loop_); }

  OwnedFd listener_ = test::listener_v4(1024);
  std::vector<std::unique_ptr<Told>> told_;
  std::unique_ptr<Client> client_;
};

inline constexpr std::string_view kOk = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";

}  // namespace halo::http
