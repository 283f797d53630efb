#include "tests/reactor/scripted_stream.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "reactor/socket.hpp"
#include "tests/support/sockets.hpp"

namespace halo::test {
namespace {

class ScriptedStream final : public ByteStream {
 public:
  explicit ScriptedStream(StreamScript& script) : script_(script) {}
  ScriptedStream(const ScriptedStream&) = delete;
  ScriptedStream& operator=(const ScriptedStream&) = delete;
  ~ScriptedStream() override { script_.destroyed = true; }

  void attach(int fd) override { script_.fd = fd; }
  std::error_code open() override {
    ++script_.opens;
    return script_.open ? script_.open() : std::error_code{};
  }
  Result<std::size_t> read(std::span<std::byte> room) override {
    ++script_.reads;
    if (!script_.ahead.empty()) {
      const std::size_t count = std::min(room.size(), script_.ahead.size());
      std::copy_n(as_bytes(script_.ahead).begin(), count, room.begin());
      script_.ahead.erase(0, count);
      return count;
    }
    return script_.read ? script_.read(room) : socket::read_some(script_.fd, room);
  }
  Result<std::size_t> write(std::span<const std::byte> bytes) override {
    ++script_.writes;
    return script_.write ? script_.write(bytes) : socket::write_some(script_.fd, bytes);
  }
  std::error_code finish() override {
    ++script_.finishes;
    return script_.finish ? script_.finish() : std::error_code{};
  }
  bool has_input() const noexcept override { return script_.has_input || !script_.ahead.empty(); }
  Interest read_waits_for() const noexcept override { return script_.read_waits_for; }
  Interest write_waits_for() const noexcept override { return script_.write_waits_for; }
  std::string failure() const override { return script_.failure; }

 private:
  StreamScript& script_;
};

}  // namespace

std::unique_ptr<ByteStream> StreamScript::make_stream() {
  return std::make_unique<ScriptedStream>(*this);
}

std::error_code would_block() {
  return std::make_error_code(std::errc::resource_unavailable_try_again);
}

}  // namespace halo::test
