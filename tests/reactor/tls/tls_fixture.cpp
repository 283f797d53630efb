#include "tests/reactor/tls/tls_fixture.hpp"

#include <gtest/gtest.h>

namespace halo::test {

Authority& TlsFixture::authority() {
  static Authority made("Test Authority");
  return made;
}

const Identity& TlsFixture::identity() {
  static const Identity made =
      authority().issue({.names = {"DNS:example.test", "IP:127.0.0.1", "IP:::1"}});
  return made;
}

Connection& TlsFixture::connect(const std::string& host, const Identity& server) {
  return connect(client_context(), host, server);
}

Connection& TlsFixture::connect(const TlsContext& client, const std::string& host,
                                const Identity& server) {
  if (!peer_.has_value()) {
    peer_.emplace(std::move(pair_.peer), &server);
  }
  if (!recorder_.close) {
    recorder_.close = [this](Connection& c) { words_ = c.stream()->failure(); };
  }
  return adopt(pair_, recorder_, TlsStream::to_server(client, host, 443).value());
}

Connection& TlsFixture::accept() {
  return accept(TlsContext::create_server(server_options_).value());
}

Connection& TlsFixture::accept(const TlsContext& server) {
  if (!peer_.has_value()) {
    peer_.emplace(std::move(pair_.peer), nullptr);
  }
  if (!recorder_.close) {
    recorder_.close = [this](Connection& c) { words_ = c.stream()->failure(); };
  }
  return adopt(pair_, recorder_, TlsStream::to_client(server).value());
}

testing::AssertionResult TlsFixture::until(const std::function<bool()>& done) {
  return run_until(*loop_, [&] {
    if (peer_.has_value()) {
      peer_->step();
    }
    return done();
  });
}

void TlsFixture::expect_failed(std::error_code why, const std::string& words) {
  ASSERT_TRUE(until_closed());
  EXPECT_EQ(recorder_.opens, 0);
  EXPECT_EQ(recorder_.why, why) << recorder_.why.message();
  EXPECT_EQ(words_, words);
  EXPECT_EQ(words_.find_first_of("\r\n"), std::string::npos) << "one line";
}

}  // namespace halo::test
