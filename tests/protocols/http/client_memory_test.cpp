// What a request costs in memory, by counting every allocation of this program.

#include <sys/socket.h>

#include <memory>
#include <system_error>

#include <gtest/gtest.h>

#include "tests/protocols/http/client_fixture.hpp"
#include "tests/support/allocations.hpp"

namespace halo::http {
namespace {

/// Asks again when it was answered: on the connection that has just become free.
class Again final : public ResponseHandler {
 public:
  Again(Client& client, const Request& request, std::size_t& answers)
      : client_(client), request_(request), answers_(answers) {}

  std::error_code on_body(std::span<const std::byte> /*bytes*/) override { return {}; }
  void on_done(const Outcome& outcome) override {
    if (!outcome.error) {
      ++answers_;
      client_.request(request_, std::make_unique<Again>(client_, request_, answers_));
    }
  }

 private:
  Client& client_;
  const Request& request_;
  std::size_t& answers_;
};

class ClientMemory : public ClientTest {};
HALO_ON_EVERY_POLLER(ClientMemory);

TEST_P(ClientMemory, RequestBehindAnAnswerAllocatesItsHandlerAlone) {
  const Request request = get();
  std::size_t answers = 0;
  client_->request(request, std::make_unique<Again>(*client_, request, answers));
  Peer peer = accept();
  const auto answer = [&] {
    char room[1000];
    while (::recv(peer.fd(), room, sizeof room, 0) <= 0) {
      loop_->run_once(std::chrono::milliseconds(1));
    }
    clock_.advance(std::chrono::microseconds(100));
    test::write_all(peer.fd(), kOk);
    const std::size_t before = answers;
    while (answers == before) {
      loop_->run_once(std::chrono::milliseconds(1));
    }
  };
  for (int i = 0; i < 10; ++i) {
    answer();  // buffers reach their size
  }
  const std::size_t before = test::allocations();
  for (int i = 0; i < 1000; ++i) {
    answer();
  }
  EXPECT_EQ(test::allocations() - before, 1000U);
  EXPECT_EQ(client_->connections(), 1U);
}

}  // namespace
}  // namespace halo::http
