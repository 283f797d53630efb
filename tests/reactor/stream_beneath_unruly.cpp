#include <algorithm>
#include <array>
#include <string>

#include <gtest/gtest.h>

#include "reactor/limits.hpp"
#include "reactor/socket.hpp"
#include "tests/reactor/stream_beneath.hpp"
#include "tests/support/sockets.hpp"

namespace halo::test {
namespace {

constexpr std::size_t kReadBytes = 4096;   // what one read tells, of much more that it has
constexpr std::size_t kWriteBytes = 5000;  // what one write takes

/// Passes bytes as they are, in its own pieces: it reads far ahead, says little at once, takes
/// little at once, and holds the connection to ByteStream's rules.
class UnrulyStream final : public ByteStream {
 public:
  void attach(int fd) override {
    EXPECT_EQ(fd_, -1) << "attached twice";
    fd_ = fd;
  }

  std::error_code open() override {
    EXPECT_FALSE(opened_) << "opened twice";
    opened_ = true;
    return {};
  }

  Result<std::size_t> read(std::span<std::byte> room) override {
    expect_usable();
    if (ahead_.empty() && !ended_) {
      std::array<std::byte, limits::kReadBytesMax> more{};
      const Result<std::size_t> count = socket::read_some(fd_, more);
      if (!count) {
        failed_ = !socket::would_block(count.error());
        return count;
      }
      ended_ = *count == 0;
      ahead_ = as_text(std::span(more).first(*count));
    }
    const std::size_t count = std::min({room.size(), ahead_.size(), kReadBytes});
    std::copy_n(as_bytes(ahead_).begin(), count, room.begin());
    ahead_.erase(0, count);
    return count;
  }

  Result<std::size_t> write(std::span<const std::byte> bytes) override {
    expect_usable();
    EXPECT_FALSE(bytes.empty());
    EXPECT_TRUE(as_text(bytes).starts_with(left_)) << "what was not taken comes first";
    EXPECT_GE(bytes.size(), left_bytes_) << "and all of it";
    const std::span<const std::byte> some = bytes.first(std::min(bytes.size(), kWriteBytes));
    const Result<std::size_t> count = socket::write_some(fd_, some);
    failed_ = !count && !socket::would_block(count.error());
    const std::span<const std::byte> left = bytes.subspan(count ? *count : 0);
    left_bytes_ = left.size();
    left_ = as_text(left.first(std::min(left.size(), kWriteBytes)));
    return count;
  }

  std::error_code finish() override {
    expect_usable();
    EXPECT_TRUE(left_.empty()) << "bytes that were not taken";
    finished_ = true;
    return {};
  }

  bool has_input() const noexcept override { return !ahead_.empty(); }
  Interest read_waits_for() const noexcept override { return Interest::kReadable; }
  Interest write_waits_for() const noexcept override { return Interest::kWritable; }

 private:
  void expect_usable() const {
    EXPECT_TRUE(opened_);
    EXPECT_FALSE(failed_) << "a call after a failure";
    EXPECT_FALSE(finished_) << "a call after the end";
  }

  int fd_ = -1;
  bool opened_ = false;
  bool ended_ = false;
  bool failed_ = false;
  bool finished_ = false;
  std::string ahead_;  // read, and not told yet
  std::string left_;   // how the rest of the last write began
  std::size_t left_bytes_ = 0;
};

}  // namespace

std::unique_ptr<ByteStream> stream_beneath() { return std::make_unique<UnrulyStream>(); }

}  // namespace halo::test
