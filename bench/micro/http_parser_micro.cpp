// What it costs to read answers and requests: the parsers, with their guard, beside llhttp alone
// with the callbacks that a program with llhttp alone would have to have for the same.

#include <llhttp.h>

#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include <benchmark/benchmark.h>

#include "protocols/http/internal/plain_request.hpp"
#include "protocols/http/message_sink.hpp"
#include "protocols/http/request_parser.hpp"
#include "protocols/http/response_parser.hpp"

namespace {

using namespace halo::http;

std::string chunks(std::size_t body_bytes, std::size_t chunk_bytes) {
  std::string text;
  for (std::size_t sent = 0; sent < body_bytes; sent += chunk_bytes) {
    std::array<char, 16> size{};
    char* const end = std::to_chars(size.data(), size.data() + size.size(), chunk_bytes, 16).ptr;
    text += std::string(size.data(), end) + "\r\n" + std::string(chunk_bytes, 'x') + "\r\n";
  }
  return text + "0\r\n\r\n";
}

/// As a large site answers: 14 fields, some of them long. With `chunk_bytes` the body is chunked.
std::string page(std::size_t body_bytes, std::size_t chunk_bytes = 0) {
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
  if (chunk_bytes > 0) {
    return text + "Transfer-Encoding: chunked\r\n\r\n" + chunks(body_bytes, chunk_bytes);
  }
  return text + "Content-Length: " + std::to_string(body_bytes) + "\r\n\r\n" +
         std::string(body_bytes, 'x');
}

/// As the hello server answers.
std::string hello() {
  return "HTTP/1.1 200 OK\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
         "Content-Type: text/plain; charset=utf-8\r\nContent-Length: 13\r\n\r\nHello, World!";
}

/// As a browser asks: 13 fields.
std::string browser() {
  return "GET /assets/application.css?version=5b3f0e0c2a1d HTTP/1.1\r\n"
         "Host: www.example.com\r\n"
         "Connection: keep-alive\r\n"
         "sec-ch-ua: \"Chromium\";v=\"118\", \"Not=A?Brand\";v=\"99\"\r\n"
         "sec-ch-ua-mobile: ?0\r\n"
         "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
         "Chrome/118.0.0.0 Safari/537.36\r\n"
         "Accept: text/css,*/*;q=0.1\r\n"
         "Sec-Fetch-Site: same-origin\r\n"
         "Sec-Fetch-Mode: no-cors\r\n"
         "Sec-Fetch-Dest: style\r\n"
         "Referer: https://www.example.com/index.html\r\n"
         "Accept-Encoding: gzip, deflate, br\r\n"
         "Accept-Language: en-GB,en;q=0.9\r\n"
         "Cookie: session=Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4; theme=dark\r\n\r\n";
}

struct Message {
  const char* name;
  std::string text;
};

Message answer(std::int64_t which) {
  switch (which) {
    case 0:
      return {"hello", hello()};
    case 1:
      return {"page", page(4096)};
    case 2:
      return {"4 KiB chunks", page(65'536, 4096)};
    default:
      return {"64 B chunks", page(4096, 64)};
  }
}

Message request(std::int64_t which) {
  switch (which) {
    case 0:
      return {"hello", "GET / HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n\r\n"};
    case 1:
      return {"browser", browser()};
    default:
      return {"4 KiB chunks",
              "POST /upload HTTP/1.1\r\nHost: www.example.com\r\nAccept: */*\r\n"
              "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n" +
                  chunks(16'384, 4096)};
  }
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

/// What a program must do to have what the parsers hand out: gather the first line and the fields.
struct Gatherer {
  std::string first;  // the reason, or the target
  Headers headers;
  std::string name;
  std::string value;
  Counter counter;

  static Gatherer& of(llhttp_t* parser) { return *static_cast<Gatherer*>(parser->data); }
  static int on_first(llhttp_t* parser, const char* at, std::size_t bytes) {
    of(parser).first.append(at, bytes);
    return 0;
  }
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
    of(parser).first.clear();
    return 0;
  }
};

void finish(benchmark::State& state, const Message& message, const Counter& counter) {
  if (counter.messages != static_cast<std::size_t>(state.iterations())) {
    state.SkipWithError("not every message was read");
  }
  state.SetLabel(message.name);
  state.SetBytesProcessed(static_cast<std::int64_t>(message.text.size()) * state.iterations());
}

/// llhttp alone. `gather`: it also hands out the fields; without, it only calls back for what it
/// must.
void run_llhttp(benchmark::State& state, const Message& message, llhttp_type_t type, bool gather) {
  llhttp_settings_t settings;
  llhttp_settings_init(&settings);
  settings.on_headers_complete = Gatherer::on_head;
  settings.on_body = Gatherer::on_body;
  settings.on_message_complete = Gatherer::on_complete;
  if (gather) {
    settings.on_status = Gatherer::on_first;
    settings.on_url = Gatherer::on_first;
    settings.on_header_field = Gatherer::on_name;
    settings.on_header_value = Gatherer::on_value;
    settings.on_header_value_complete = Gatherer::on_field;
  }
  Gatherer gatherer;
  llhttp_t parser;
  for (auto _ : state) {
    llhttp_init(&parser, type, &settings);
    parser.data = &gatherer;
    benchmark::DoNotOptimize(llhttp_execute(&parser, message.text.data(), message.text.size()));
  }
  finish(state, message, gatherer.counter);
}

template <typename Parser>
void run_parser(benchmark::State& state, const Message& message) {
  Counter counter;
  Parser parser;
  for (auto _ : state) {
    parser.begin();
    benchmark::DoNotOptimize(parser.feed(std::as_bytes(std::span(message.text)), counter).consumed);
  }
  finish(state, message, counter);
}

void AnswerByLlhttp(benchmark::State& state) {
  run_llhttp(state, answer(state.range(0)), HTTP_RESPONSE, true);
}
BENCHMARK(AnswerByLlhttp)->ArgName("answer")->DenseRange(0, 3);

void AnswerByLlhttpWithoutFields(benchmark::State& state) {
  run_llhttp(state, answer(state.range(0)), HTTP_RESPONSE, false);
}
BENCHMARK(AnswerByLlhttpWithoutFields)->ArgName("answer")->DenseRange(0, 3);

void AnswerByResponseParser(benchmark::State& state) {
  run_parser<ResponseParser>(state, answer(state.range(0)));
}
BENCHMARK(AnswerByResponseParser)->ArgName("answer")->DenseRange(0, 3);

void RequestByLlhttp(benchmark::State& state) {
  run_llhttp(state, request(state.range(0)), HTTP_REQUEST, true);
}
BENCHMARK(RequestByLlhttp)->ArgName("request")->DenseRange(0, 2);

void RequestByLlhttpWithoutFields(benchmark::State& state) {
  run_llhttp(state, request(state.range(0)), HTTP_REQUEST, false);
}
BENCHMARK(RequestByLlhttpWithoutFields)->ArgName("request")->DenseRange(0, 2);

void RequestByRequestParser(benchmark::State& state) {
  run_parser<RequestParser>(state, request(state.range(0)));
}
BENCHMARK(RequestByRequestParser)->ArgName("request")->DenseRange(0, 2);

void RequestByPlainRequest(benchmark::State& state) {
  const Message message = request(state.range(0));
  PlainRequest plain;
  for (auto _ : state) {
    if (!plain.read(message.text, {})) {
      state.SkipWithError("it is not plain");
      break;
    }
    benchmark::DoNotOptimize(plain.bytes());
  }
  state.SetLabel(message.name);
  state.SetBytesProcessed(static_cast<std::int64_t>(message.text.size()) * state.iterations());
}
BENCHMARK(RequestByPlainRequest)->ArgName("request")->DenseRange(0, 1);

}  // namespace
