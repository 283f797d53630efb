#include "reactor/buffer.hpp"

#include <algorithm>
#include <cstring>
#include <limits>
#include <string>

#include <gtest/gtest.h>

#include "tests/support/seed.hpp"
#include "tests/support/sockets.hpp"

namespace halo {
namespace {

using test::as_bytes;
using test::as_text;

TEST(Buffer, NewOneOwnsNoMemory) {
  const Buffer buffer;
  EXPECT_TRUE(buffer.empty());
  EXPECT_EQ(buffer.size(), 0U);
  EXPECT_EQ(buffer.capacity(), 0U);
  EXPECT_TRUE(buffer.bytes().empty());
}

TEST(Buffer, KeepsTheOrderOfBytes) {
  Buffer buffer;
  buffer.append(as_bytes("abc"));
  buffer.append(as_bytes("def"));
  buffer.consume(2);
  buffer.append(as_bytes("g"));
  EXPECT_EQ(as_text(buffer.bytes()), "cdefg");
}

TEST(Buffer, AppendOfNothingAllocatesNothing) {
  Buffer buffer;
  buffer.append({});
  EXPECT_EQ(buffer.capacity(), 0U);
}

TEST(Buffer, PreparedRoomCountsOnlyWhenCommitted) {
  Buffer buffer;
  buffer.append(as_bytes("x"));
  const std::span<std::byte> room = buffer.prepare(100);
  ASSERT_GE(room.size(), 100U);
  std::memcpy(room.data(), "yz", 2);
  EXPECT_EQ(buffer.size(), 1U);
  buffer.commit(2);
  EXPECT_EQ(as_text(buffer.bytes()), "xyz");
}

TEST(Buffer, ClearKeepsTheMemoryAndReleaseGivesItBack) {
  Buffer buffer;
  buffer.append(as_bytes(test::pattern(1000)));
  buffer.clear();
  EXPECT_TRUE(buffer.empty());
  EXPECT_GE(buffer.capacity(), 1000U);
  buffer.append(as_bytes("again"));
  EXPECT_EQ(as_text(buffer.bytes()), "again");
  buffer.release();
  EXPECT_TRUE(buffer.empty());
  EXPECT_EQ(buffer.capacity(), 0U);
  buffer.append(as_bytes("and again"));
  EXPECT_EQ(as_text(buffer.bytes()), "and again");
}

TEST(Buffer, GrowthDoubles) {
  Buffer buffer;
  int growths = 0;
  std::size_t capacity = 0;
  for (int i = 0; i < 100'000; ++i) {
    buffer.append(as_bytes("0123456789"));
    growths += buffer.capacity() != capacity ? 1 : 0;
    capacity = buffer.capacity();
  }
  EXPECT_EQ(buffer.size(), 1'000'000U);
  EXPECT_LE(growths, 20);
}

TEST(Buffer, StaysSmallWhileItsContentDoes) {
  // A queue that is never empty for long: consumed room must be used again.
  Buffer buffer;
  buffer.append(as_bytes("seed"));
  for (int i = 0; i < 100'000; ++i) {
    buffer.append(as_bytes("0123456789"));
    buffer.consume(10);
  }
  EXPECT_EQ(buffer.size(), 4U);
  EXPECT_LE(buffer.capacity(), 256U);
}

TEST(Buffer, BehavesAsAStringUnderRandomOperations) {
  test::Random random(test::seed());
  Buffer buffer;
  std::string model;
  for (int i = 0; i < 50'000; ++i) {
    switch (random.below(5)) {
      case 0:
      case 1: {
        const std::string bytes = test::pattern(random.below(300), random.next() % 1000);
        buffer.append(as_bytes(bytes));
        model += bytes;
        break;
      }
      case 2: {
        const std::size_t bytes = random.below(200);
        const std::span<std::byte> room = buffer.prepare(bytes);
        ASSERT_GE(room.size(), bytes);
        // Not memset: an empty buffer's room for nothing may be at null.
        std::ranges::fill(room.first(bytes), static_cast<std::byte>(i & 0x7f));
        buffer.commit(bytes);
        model.append(bytes, static_cast<char>(i & 0x7f));
        break;
      }
      case 3: {
        const std::size_t bytes = random.below(model.size() + 1);
        buffer.consume(bytes);
        model.erase(0, bytes);
        break;
      }
      default:
        if (random.one_in(50)) {
          random.one_in(2) ? buffer.release() : buffer.clear();
          model.clear();
        }
    }
    ASSERT_EQ(as_text(buffer.bytes()), model);
  }
}

TEST(BufferDeathTest, SizesPastTheMaximumAbortBeforeTheyOverflow) {
  Buffer buffer;
  EXPECT_DEATH((void)buffer.prepare(Buffer::kBytesMax + 1), "a buffer would pass its maximum");
  EXPECT_DEATH((void)buffer.prepare(std::numeric_limits<std::size_t>::max()), "its maximum");
  buffer.append(as_bytes("x"));
  EXPECT_DEATH((void)buffer.prepare(Buffer::kBytesMax), "its maximum");
  EXPECT_DEATH((void)buffer.prepare(std::numeric_limits<std::size_t>::max()), "its maximum");
}

TEST(BufferDeathTest, CommitOfMoreThanWasPreparedAborts) {
  Buffer buffer;
  EXPECT_DEATH(buffer.commit(1), "more committed than was prepared");
  (void)buffer.prepare(10);
  EXPECT_DEATH(buffer.commit(buffer.capacity() + 1), "more committed");
  EXPECT_DEATH(buffer.commit(std::numeric_limits<std::size_t>::max()), "more committed");
}

TEST(BufferDeathTest, ConsumptionOfMoreThanThereIsAborts) {
  Buffer buffer;
  buffer.append(as_bytes("abc"));
  EXPECT_DEATH(buffer.consume(4), "more consumed than there is");
  EXPECT_DEATH(buffer.consume(std::numeric_limits<std::size_t>::max()), "more consumed");
}

TEST(Buffer, MayReachItsMaximum) {
  // Its memory is reserved, not touched.
  Buffer buffer;
  EXPECT_GE(buffer.prepare(Buffer::kBytesMax).size(), Buffer::kBytesMax);
  EXPECT_EQ(buffer.capacity(), Buffer::kBytesMax);
}

}  // namespace
}  // namespace halo
