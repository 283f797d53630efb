// Fetches pages side by side, in a program of your own: `page_client URL...`.

#include <cstdio>
#include <memory>
#include <string>
#include <utility>

#include "protocols/http/client.hpp"
#include "reactor/event_loop.hpp"

namespace {

// One for each request, owned by the client.
class Page final : public halo::http::ResponseHandler {
 public:
  Page(halo::EventLoop& loop, int& left, int& failed) : loop_(loop), left_(left), failed_(failed) {}

 private:
  void on_head(const halo::http::ResponseHead& head) override { status_ = head.status; }
  std::error_code on_body(std::span<const std::byte> bytes) override {
    bytes_ += bytes.size();  // here: written to a file, handed on, parsed
    return {};
  }
  // Zero says that the body is whole; one that was cut short is an error.
  void on_done(const halo::http::Outcome& outcome) override {
    std::printf("%s: %d, %zu bytes, %s\n", outcome.url.to_string().c_str(), status_, bytes_,
                outcome.error ? outcome.error.message().c_str() : "whole");
    failed_ += outcome.error ? 1 : 0;
    if (--left_ == 0) {
      loop_.stop();
    }
  }

  halo::EventLoop& loop_;
  int& left_;
  int& failed_;
  int status_ = 0;
  std::size_t bytes_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  auto loop = halo::EventLoop::create();
  if (!loop) {
    std::fprintf(stderr, "no event loop: %s\n", loop.error().message().c_str());
    return 1;
  }
  halo::http::ClientOptions options;
  options.deadlines.total = std::chrono::minutes(1);
  halo::http::Client client(**loop, options);
  int left = 0;
  int failed = 0;
  for (int i = 1; i < argc; ++i) {
    auto url = halo::http::Url::parse(argv[i]);
    if (!url) {
      std::fprintf(stderr, "%s: %s\n", argv[i], url.error().message().c_str());
      return 2;
    }
    client.request({.url = std::move(*url)}, std::make_unique<Page>(**loop, left, failed));
    ++left;
  }
  if (left > 0) {
    (*loop)->run();  // until the last one is done
  }
  return failed == 0 ? 0 : 1;
}
