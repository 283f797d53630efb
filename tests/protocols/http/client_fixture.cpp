#include "tests/protocols/http/client_fixture.hpp"

#include <utility>

#include "reactor/socket.hpp"

namespace halo::http {

void Note::on_sent(const Departure& departure) {
  told_.sent.emplace_back(departure.head);
  told_.remote = departure.remote.to_string();
  told_.new_connections += departure.times ? 1 : 0;
}

void Note::on_redirect(const ResponseHead& head, const Url& to) {
  told_.redirects.push_back(std::to_string(head.status) + " " + to.to_string());
  if (hooks_.on_redirect) {
    hooks_.on_redirect();
  }
}

void Note::on_head(const ResponseHead& head) {
  ++told_.heads;
  told_.status = head.status;
  if (hooks_.on_head) {
    hooks_.on_head();
  }
}

std::error_code Note::on_body(std::span<const std::byte> bytes) {
  told_.body += test::as_text(bytes);
  return hooks_.on_body ? hooks_.on_body() : std::error_code{};
}

void Note::on_trailers(const Headers& trailers) {
  for (const Header field : trailers) {
    told_.trailers.append(field.name).append("=").append(field.value).append(";");
  }
}

void Note::on_done(const Outcome& outcome) {
  ++told_.done;
  told_.error = outcome.error;
  told_.stage = outcome.stage;
  told_.url = outcome.url.to_string();
  told_.detail = outcome.detail;
  if (hooks_.on_done) {
    hooks_.on_done();
  }
}

ClientTest::ClientTest() { make_client(); }

ClientTest::~ClientTest() {
  client_.reset();
  for (const std::unique_ptr<Told>& told : told_) {
    EXPECT_LE(told->done, 1) << "on_done comes once";
    EXPECT_TRUE(told->destroyed) << "no handler outlives its client";
  }
}

void ClientTest::make_client(ClientOptions options) {
  client_ = std::make_unique<Client>(*loop_, std::move(options));
}

Url ClientTest::url(std::string_view target) const {
  const Endpoint at = test::local_endpoint_of(listener_.get());
  return Url::parse("http://" + at.to_string() + std::string(target)).value();
}

RequestId ClientTest::ask(Request request, Hooks hooks, std::unique_ptr<BodySource> body) {
  Told& told = *told_.emplace_back(std::make_unique<Told>());
  const RequestId id = client_->request(
      std::move(request), std::make_unique<Note>(told, std::move(hooks)), std::move(body));
  EXPECT_EQ(told.done + told.heads, 0) << "nothing comes during request()";
  return id;
}

ClientTest::Peer ClientTest::accept() {
  Result<OwnedFd> accepted = std::make_error_code(std::errc::not_connected);
  EXPECT_TRUE(run_until([&] {
    accepted = socket::accept(listener_.get(), nullptr);
    return accepted.has_value();
  }));
  return Peer(*this, std::move(*accepted));
}

bool ClientTest::nobody_connects() {
  settle();
  return !socket::accept(listener_.get(), nullptr).has_value();
}

std::string ClientTest::Peer::read_until(std::string_view end) {
  std::size_t found = std::string::npos;
  EXPECT_TRUE(test_.run_until([&] {
    test::read_into(fd_.get(), input_);
    found = input_.find(end);
    return found != std::string::npos;
  })) << "so far: "
      << input_;
  found = found == std::string::npos ? input_.size() : found + end.size();
  std::string bytes = input_.substr(0, found);
  input_.erase(0, found);
  return bytes;
}

std::string ClientTest::Peer::request(std::size_t body_bytes) {
  std::string bytes = read_until("\r\n\r\n");
  EXPECT_TRUE(test_.run_until([&] {
    test::read_into(fd_.get(), input_);
    return input_.size() >= body_bytes;
  }));
  bytes += input_.substr(0, body_bytes);
  input_.erase(0, body_bytes);
  return bytes;
}

void ClientTest::Peer::finish() {
  (void)socket::shutdown_write(fd_.get());  // not connected any more: as good
}

bool ClientTest::Peer::left_by_now() { return test::read_into(fd_.get(), input_); }

testing::AssertionResult ClientTest::Peer::is_left() {
  // What lingers need not do so for long; but no connection shall go because it was idle.
  const TimePoint latest = test_.clock_.now() + std::chrono::seconds(2);
  return test_.run_until([this, latest] {
    if (test_.clock_.now() < latest) {
      test_.clock_.advance(std::chrono::milliseconds(1));
    }
    return left_by_now();
  });
}

}  // namespace halo::http
