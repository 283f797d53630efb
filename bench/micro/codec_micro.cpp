// What it costs to find the lines in a stream and to put an answer together, without any socket.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include <benchmark/benchmark.h>

#include "protocols/hello/answers.hpp"
#include "protocols/hello/line_codec.hpp"

namespace {

using halo::hello::LineDecoder;

/// Sixteen lines of `bytes` bytes each, as a client at depth 16 sends them.
std::string lines(std::int64_t bytes) {
  std::string text;
  for (int i = 0; i < 16; ++i) {
    text.append(static_cast<std::size_t>(bytes), 'x').push_back('\n');
  }
  return text;
}

std::span<const std::byte> as_bytes(const std::string& text) {
  return std::as_bytes(std::span<const char>(text));
}

void DecodeLines(benchmark::State& state) {
  const std::string text = lines(state.range(0));
  LineDecoder decoder;
  for (auto _ : state) {
    std::span<const std::byte> unread = as_bytes(text);
    while (!unread.empty()) {
      const auto decoded = decoder.decode(unread);
      benchmark::DoNotOptimize(decoded.message);
      unread = unread.subspan(decoded.consumed);
    }
  }
  state.SetItemsProcessed(16 * state.iterations());
  state.SetBytesProcessed(static_cast<std::int64_t>(text.size()) * state.iterations());
}
BENCHMARK(DecodeLines)->ArgName("line_bytes")->Arg(8)->Arg(64)->Arg(1024)->Arg(65'536);

/// The decoder's worst peer: one byte at a time.
void DecodeTrickledLine(benchmark::State& state) {
  const std::string text(static_cast<std::size_t>(state.range(0)), 'x');
  for (auto _ : state) {
    LineDecoder decoder;
    for (std::size_t received = 1; received <= text.size(); ++received) {
      benchmark::DoNotOptimize(decoder.decode(as_bytes(text).first(received)));
    }
  }
  state.SetBytesProcessed(state.range(0) * state.iterations());
}
BENCHMARK(DecodeTrickledLine)->ArgName("line_bytes")->Arg(1024)->Arg(65'536);

void AppendAnswer(benchmark::State& state) {
  const std::string message(static_cast<std::size_t>(state.range(0)), 'x');
  std::string out;
  for (auto _ : state) {
    out.clear();
    halo::hello::append_answer(out, halo::hello::Framing::kLine, message);
    benchmark::DoNotOptimize(out.data());
  }
}
BENCHMARK(AppendAnswer)->ArgName("message_bytes")->Arg(8)->Arg(1024);

}  // namespace
