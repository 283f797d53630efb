// Whom a client believes, and what it says of the others.

#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include "reactor/error.hpp"
#include "tests/reactor/tls/tls_fixture.hpp"

namespace halo {
namespace {

using std::chrono::hours;
using test::Authority;
using test::date_after;
using test::Identity;

class TlsVerify : public test::TlsFixture {
 protected:
  void expect_accepted(const std::string& host, const Identity& server = identity()) {
    connect(host, server);
    ASSERT_TRUE(until_open()) << host << ": " << words_;
    EXPECT_EQ(recorder_.closes, 0);
  }
};

HALO_ON_EVERY_POLLER(TlsVerify);

TEST_P(TlsVerify, NameOfTheCertificateIsAccepted) { expect_accepted("example.test"); }
TEST_P(TlsVerify, CaseAndAFinalDotDoNotMatter) { expect_accepted("EXAMPLE.test."); }
TEST_P(TlsVerify, Ipv4AddressIsAccepted) { expect_accepted("127.0.0.1"); }
TEST_P(TlsVerify, Ipv6AddressIsAccepted) { expect_accepted("::1"); }
TEST_P(TlsVerify, Ipv6AddressInBracketsIsAccepted) { expect_accepted("[0:0::1]"); }

TEST_P(TlsVerify, WildcardStandsForOneLabel) {
  expect_accepted("www.example.test", authority().issue({.names = {"DNS:*.example.test"}}));
}

TEST_P(TlsVerify, WildcardDoesNotStandForTwo) {
  connect("a.b.example.test", authority().issue({.names = {"DNS:*.example.test"}}));
  expect_failed(TlsErrc::kCertificateForOtherHost,
                "certificate is for *.example.test, not a.b.example.test");
}

TEST_P(TlsVerify, OtherNameIsRefused) {
  connect("wrong.test");
  expect_failed(TlsErrc::kCertificateForOtherHost,
                "certificate is for example.test, 127.0.0.1, ::1, not wrong.test");
  EXPECT_TRUE(is_certificate_error(recorder_.why));
}

TEST_P(TlsVerify, OtherAddressIsRefused) {
  connect("127.0.0.2");
  expect_failed(TlsErrc::kCertificateForOtherHost,
                "certificate is for example.test, 127.0.0.1, ::1, not 127.0.0.2");
}

TEST_P(TlsVerify, AddressIsNoName) {
  connect("127.0.0.1", authority().issue({.names = {"DNS:127.0.0.1"}}));
  expect_failed(TlsErrc::kCertificateForOtherHost, "certificate is for 127.0.0.1, not 127.0.0.1");
}

TEST_P(TlsVerify, SubjectIsNoName) {
  connect("by.authority", authority().issue({.names = {}}));
  expect_failed(TlsErrc::kCertificateForOtherHost, "certificate is for no host, not by.authority");
}

TEST_P(TlsVerify, CertificateWithoutNamesIsForNoHost) {
  connect("example.test", authority().issue({.names = {"email:root@example.test"}}));
  expect_failed(TlsErrc::kCertificateForOtherHost, "certificate is for no host, not example.test");
}

TEST_P(TlsVerify, ManyNamesAreCounted) {
  connect("example.test", authority().issue({.names = {"DNS:a.test", "DNS:b.test", "DNS:c.test",
                                                       "DNS:d.test", "DNS:e.test", "DNS:f.test"}}));
  expect_failed(TlsErrc::kCertificateForOtherHost,
                "certificate is for a.test, b.test, c.test, d.test and 2 more, not example.test");
}

TEST_P(TlsVerify, ExpiredCertificateIsRefusedWithItsDate) {
  const Identity expired = authority().issue({.valid_from = -hours(48), .valid_until = -hours(24)});
  const std::string soonest = date_after(-hours(24) - std::chrono::seconds(5));
  const std::string latest = date_after(-hours(24));
  connect("example.test", expired);
  ASSERT_TRUE(until_closed());
  EXPECT_EQ(recorder_.why, TlsErrc::kCertificateExpired);
  const std::string begin = "certificate of example.test has expired (on ";
  ASSERT_TRUE(words_.starts_with(begin)) << words_;
  ASSERT_TRUE(words_.ends_with(")")) << words_;
  const std::string date = words_.substr(begin.size(), words_.size() - begin.size() - 1);
  EXPECT_GE(date, soonest);
  EXPECT_LE(date, latest);
}

TEST_P(TlsVerify, CertificateThatIsNotValidYetIsRefused) {
  connect("example.test", authority().issue({.valid_from = hours(24), .valid_until = hours(48)}));
  ASSERT_TRUE(until_closed());
  EXPECT_EQ(recorder_.why, TlsErrc::kCertificateNotYetValid);
  EXPECT_TRUE(words_.starts_with("certificate of example.test is not valid before 20")) << words_;
}

TEST_P(TlsVerify, SelfSignedCertificateIsRefused) {
  connect("example.test", authority().self_signed());
  expect_failed(TlsErrc::kCertificateSelfSigned, "self-signed certificate of example.test");
}

TEST_P(TlsVerify, UnknownAuthorityIsRefusedByItsName) {
  Authority stranger("Stranger");
  connect("example.test", stranger.issue());
  expect_failed(TlsErrc::kCertificateAuthorityUnknown,
                "unknown certificate authority \"Stranger\" of example.test");
}

TEST_P(TlsVerify, ControlBytesOfANameDoNotReachAMessage) {
  Authority stranger("Bad\nGuy \x1b[31m");
  connect("example.test", stranger.issue());
  expect_failed(TlsErrc::kCertificateAuthorityUnknown,
                "unknown certificate authority \"Bad?Guy ?[31m\" of example.test");
}

TEST_P(TlsVerify, SystemsAuthoritiesDoNotKnowOurs) {
  client_options_.authorities_file.clear();
  connect();
  ASSERT_TRUE(until_closed());
  EXPECT_EQ(recorder_.why, TlsErrc::kCertificateAuthorityUnknown);
}

TEST_P(TlsVerify, RefusedServerIsToldByAnAlert) {
  connect("wrong.test");
  ASSERT_TRUE(until([&] { return peer_->failed() && recorder_.closes == 1; }));
  EXPECT_FALSE(peer_->open());
  EXPECT_EQ(peer_->received(), "");
}

TEST_P(TlsVerify, NothingIsSentToAServerThatIsRefused) {
  connect("wrong.test").send("secret");
  ASSERT_TRUE(until_closed());
  peer_->step();
  EXPECT_EQ(peer_->received(), "");
  EXPECT_EQ(recorder_.opens, 0);
}

TEST_P(TlsVerify, WithoutVerificationEachOfThemIsAccepted) {
  client_options_.verify_peer = false;
  Authority stranger("Stranger");
  for (const Identity& server :
       {authority().issue({.valid_from = -hours(48), .valid_until = -hours(24)}),
        authority().issue({.valid_from = hours(24), .valid_until = hours(48)}),
        authority().issue({.names = {"DNS:other.test"}}), authority().self_signed(),
        stranger.issue()}) {
    pair_ = test::tcp_pair();
    peer_.reset();
    recorder_ = {};
    expect_accepted("example.test", server);
    table_.reset();
  }
}

TEST_P(TlsVerify, ServerOfAnOldVersionIsRefused) {
  peer_.emplace(std::move(pair_.peer), &identity());
  // What made it old: the systems' defaults do not have it any more.
  SSL_CTX_set_security_level(peer_->context(), 0);
  SSL_CTX_set_min_proto_version(peer_->context(), TLS1_VERSION);
  SSL_CTX_set_max_proto_version(peer_->context(), TLS1_1_VERSION);
  connect();
  expect_failed(TlsErrc::kVersionTooOld, "example.test refused the handshake: protocol version");
  EXPECT_FALSE(is_certificate_error(recorder_.why));
}

TEST_P(TlsVerify, ClientOfAnOldVersionIsRefused) {
  peer_.emplace(std::move(pair_.peer), nullptr);
  SSL_CTX_set_security_level(peer_->context(), 0);
  SSL_CTX_set_min_proto_version(peer_->context(), TLS1_VERSION);
  SSL_CTX_set_max_proto_version(peer_->context(), TLS1_1_VERSION);
  accept();
  expect_failed(TlsErrc::kVersionTooOld, "the client has no version of TLS from 1.2 on");
}

}  // namespace
}  // namespace halo
