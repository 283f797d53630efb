// What it costs to read answers: ResponseParser, with its guard, beside llhttp alone with the same
// callbacks that a program with llhttp alone would have.

#include <llhttp.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include <benchmark/benchmark.h>

#include "protocols/http/message_sink.hpp"
#include "protocols/http/request_parser.hpp"
#include "protocols/http/response_parser.hpp"

namespace {

using namespace halo::http;

/// As a large site answers: 14 fields, some of them long.
std::string page(std::size_t body_bytes, bool chunked) {
  std::string text =
      "HTTP/1.1 200 OK\r\n"
      "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
      "Content-Type: text/html; charset=utf-8\r\n"
      "Connection: keep-alive\r\n"
      "Cache-Control: max-age=0, private, must-revalidate\r\n"
      "ETag: W/\"5b3f0e0c2a1d4f6e8b7a9c0d1e2f3a4b\"\r\n"
      "Vary: Accept-Encoding, Accept, X-Requested-With\r\n"
      "Strict-Transport-Security: max-age=31536000; includeSubdomains; preload\r\n"
      "X-Frame-Options: deny\r\n"
      "X-Content-Type-Options: nosniff\r\n"
      "Referrer-Policy: origin-when-cross-origin, strict-origin-when-cross-origin\r\n"
      "Set-Cookie: session=Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4; path=/; secure; HttpOnly\r\n"
      "Server: example\r\n";
  if (!chunked) {
    return text + "Content-Length: " + std::to_string(body_bytes) + "\r\n\r\n" +
           std::string(body_bytes, 'x');
  }
  constexpr std::size_t kChunk = 0x1000;
  text += "Transfer-Encoding: chunked\r\n\r\n";
  for (std::size_t sent = 0; sent < body_bytes; sent += kChunk) {
    text += "1000\r\n" + std::string(kChunk, 'x') + "\r\n";
  }
  return text + "0\r\n\r\n";
}

/// As the hello server answers.
std::string hello() {
  return "HTTP/1.1 200 OK\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
         "Content-Type: text/plain; charset=utf-8\r\nContent-Length: 13\r\n\r\nHello, World!";
}

std::string text_of(std::int64_t which) {
  switch (which) {
    case 0:
      return hello();
    case 1:
      return page(4096, false);
    default:
      return page(65'536, true);
  }
}

const char* name_of(std::int64_t which) {
  return which == 0 ? "hello" : which == 1 ? "page" : "chunked";
}

struct Counter final : ResponseSink, RequestSink {
  void on_head(const ResponseHead& head) override { fields += head.headers.size(); }
  void on_head(const RequestHead& head) override { fields += head.headers.size(); }
  void on_body(std::span<const std::byte> bytes) override { body_bytes += bytes.size(); }
  void on_complete(const Headers& /*trailers*/) override { ++messages; }

  std::size_t fields = 0;
  std::size_t body_bytes = 0;
  std::size_t messages = 0;
};

/// What a program must do to have the fields that ResponseParser hands out: gather them.
struct Gatherer {
  Headers headers;
  std::string name;
  std::string value;
  Counter counter;

  static Gatherer& of(llhttp_t* parser) { return *static_cast<Gatherer*>(parser->data); }
  static int on_name(llhttp_t* parser, const char* at, std::size_t bytes) {
    of(parser).name.append(at, bytes);
    return 0;
  }
  static int on_value(llhttp_t* parser, const char* at, std::size_t bytes) {
    of(parser).value.append(at, bytes);
    return 0;
  }
  static int on_field(llhttp_t* parser) {
    Gatherer& self = of(parser);
    benchmark::DoNotOptimize(self.headers.add_parsed(self.name, self.value));
    self.name.clear();
    self.value.clear();
    return 0;
  }
  static int on_head(llhttp_t* parser) {
    of(parser).counter.fields += of(parser).headers.size();
    return 0;
  }
  static int on_body(llhttp_t* parser, const char* /*at*/, std::size_t bytes) {
    of(parser).counter.body_bytes += bytes;
    return 0;
  }
  static int on_complete(llhttp_t* parser) {
    ++of(parser).counter.messages;
    of(parser).headers.clear();
    return 0;
  }
};

void finish(benchmark::State& state, const std::string& text, const Counter& counter) {
  if (counter.messages != static_cast<std::size_t>(state.iterations())) {
    state.SkipWithError("not every answer was read");
  }
  state.SetLabel(name_of(state.range(0)));
  state.SetBytesProcessed(static_cast<std::int64_t>(text.size()) * state.iterations());
}

/// llhttp alone. `gather`: it also hands out the fields; without, it only calls back for what it
/// must.
void run_llhttp(benchmark::State& state, bool gather) {
  const std::string text = text_of(state.range(0));
  llhttp_settings_t settings;
  llhttp_settings_init(&settings);
  settings.on_headers_complete = Gatherer::on_head;
  settings.on_body = Gatherer::on_body;
  settings.on_message_complete = Gatherer::on_complete;
  if (gather) {
    settings.on_header_field = Gatherer::on_name;
    settings.on_header_value = Gatherer::on_value;
    settings.on_header_value_complete = Gatherer::on_field;
  }
  Gatherer gatherer;
  llhttp_t parser;
  for (auto _ : state) {
    llhttp_init(&parser, HTTP_RESPONSE, &settings);
    parser.data = &gatherer;
    benchmark::DoNotOptimize(llhttp_execute(&parser, text.data(), text.size()));
  }
  finish(state, text, gatherer.counter);
}

void ReadByLlhttp(benchmark::State& state) { run_llhttp(state, true); }
BENCHMARK(ReadByLlhttp)->ArgName("answer")->DenseRange(0, 2);

void ReadByLlhttpWithoutFields(benchmark::State& state) { run_llhttp(state, false); }
BENCHMARK(ReadByLlhttpWithoutFields)->ArgName("answer")->DenseRange(0, 2);

void ReadByResponseParser(benchmark::State& state) {
  const std::string text = text_of(state.range(0));
  Counter counter;
  ResponseParser parser;
  for (auto _ : state) {
    parser.begin();
    benchmark::DoNotOptimize(parser.feed(std::as_bytes(std::span(text)), counter).consumed);
  }
  finish(state, text, counter);
}
BENCHMARK(ReadByResponseParser)->ArgName("answer")->DenseRange(0, 2);

void ReadRequest(benchmark::State& state) {
  constexpr std::string_view kRequest = "GET / HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n\r\n";
  Counter counter;
  RequestParser parser;
  for (auto _ : state) {
    parser.begin();
    benchmark::DoNotOptimize(parser.feed(std::as_bytes(std::span(kRequest)), counter).consumed);
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(kRequest.size()) * state.iterations());
}
BENCHMARK(ReadRequest);

}  // namespace
