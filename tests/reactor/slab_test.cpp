#include "reactor/slab.hpp"

#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/seed.hpp"

namespace halo {
namespace {

constexpr std::size_t kChunk = limits::kSlabChunkSlots;

// Counts what lives, so that a lost or doubled destruction shows.
struct Tracked {
  explicit Tracked(int n = 0) : number(n) { ++alive; }
  Tracked(const Tracked&) = delete;
  ~Tracked() { --alive; }

  int number;
  static inline int alive = 0;
};

TEST(Slab, FindsWhatWasInserted) {
  Slab<std::string> slab;
  const auto [token, object] = slab.insert("one");
  EXPECT_TRUE(static_cast<bool>(token));
  EXPECT_EQ(slab.find(token), object);
  EXPECT_EQ(*object, "one");
  EXPECT_EQ(slab.size(), 1U);
}

TEST(Slab, ErasedObjectIsDestroyedAndItsTokenFindsNothing) {
  Slab<Tracked> slab;
  const Token token = slab.insert(1).first;
  EXPECT_EQ(Tracked::alive, 1);
  EXPECT_TRUE(slab.erase(token));
  EXPECT_EQ(Tracked::alive, 0);
  EXPECT_EQ(slab.find(token), nullptr);
  EXPECT_FALSE(slab.erase(token));
}

TEST(Slab, StaleTokenFindsNothingWhenItsSlotLivesAgain) {
  Slab<int> slab;
  const Token old = slab.insert(1).first;
  slab.erase(old);
  const Token young = slab.insert(2).first;
  ASSERT_EQ(young.slot, old.slot) << "the slot is used again, or the test proves nothing";
  EXPECT_EQ(slab.find(old), nullptr);
  EXPECT_FALSE(slab.erase(old));
  EXPECT_EQ(*slab.find(young), 2);
}

TEST(Slab, StaleTokenFindsNothingWhenItsChunkLivesAgain) {
  Slab<int> slab;
  std::vector<Token> old;
  for (std::size_t i = 0; i < 4 * kChunk; ++i) {
    old.push_back(slab.insert(0).first);
  }
  for (const Token token : old) {
    slab.erase(token);
  }
  for (const Token token : old) {
    EXPECT_EQ(slab.find(token), nullptr);
  }
  for (std::size_t i = 0; i < 4 * kChunk; ++i) {
    slab.insert(1);
  }
  for (const Token token : old) {
    EXPECT_EQ(slab.find(token), nullptr);
  }
}

TEST(Slab, TokensThatWereNeverGivenFindNothing) {
  Slab<int> slab;
  EXPECT_EQ(slab.find({}), nullptr);
  slab.insert(1);
  EXPECT_EQ(slab.find({}), nullptr);
  EXPECT_EQ(slab.find({0, 0}), nullptr);
  EXPECT_EQ(slab.find({1, 0}), nullptr);
  EXPECT_EQ(slab.find({1, 1}), nullptr);
  EXPECT_EQ(slab.find({UINT32_MAX, 1}), nullptr);
  EXPECT_FALSE(slab.erase({}));
}

TEST(Slab, NoTokenIsGivenTwice) {
  Slab<int> slab;
  std::set<std::pair<std::uint32_t, std::uint32_t>> seen;
  for (int i = 0; i < 10'000; ++i) {
    const Token token = slab.insert(i).first;
    EXPECT_TRUE(seen.emplace(token.slot, token.generation).second);
    slab.erase(token);
  }
}

TEST(Slab, ObjectsDoNotMove) {
  Slab<int> slab;
  std::vector<std::pair<Token, int*>> all;
  for (int i = 0; i < 2000; ++i) {
    all.push_back(slab.insert(i));
  }
  for (int i = 0; i < 2000; ++i) {
    const auto [token, object] = all[static_cast<std::size_t>(i)];
    EXPECT_EQ(slab.find(token), object);
    EXPECT_EQ(*object, i);
  }
}

TEST(Slab, DestroysWhatIsLeft) {
  {
    Slab<Tracked> slab;
    for (std::size_t i = 0; i < 3 * kChunk; ++i) {
      slab.insert(0);
    }
    EXPECT_EQ(Tracked::alive, static_cast<int>(3 * kChunk));
  }
  EXPECT_EQ(Tracked::alive, 0);
}

TEST(Slab, VisitMayEraseAnyObject) {
  // Enough for several chunks, which are given back while they are walked.
  Slab<Tracked> slab;
  std::vector<Token> tokens;
  for (std::size_t i = 0; i < 5 * kChunk; ++i) {
    tokens.push_back(slab.insert(static_cast<int>(i)).first);
  }
  std::set<int> visited;
  slab.for_each([&](Token token, Tracked& object) {
    EXPECT_TRUE(visited.insert(object.number).second) << "visited twice";
    slab.erase(tokens[tokens.size() - 1 - static_cast<std::size_t>(object.number)]);
    slab.erase(token);
  });
  EXPECT_EQ(slab.size(), 0U);
  EXPECT_EQ(visited.size(), tokens.size() / 2) << "each visit erased itself and its mirror";
  EXPECT_EQ(Tracked::alive, 0);
}

TEST(Slab, VisitMayInsert) {
  Slab<int> slab;
  slab.insert(1);
  std::size_t visits = 0;
  slab.for_each([&](Token, int& value) {
    ++visits;
    if (value == 1) {
      for (std::size_t i = 0; i < 3 * kChunk; ++i) {
        slab.insert(2);
      }
    }
  });
  EXPECT_GE(visits, 1U);
  EXPECT_EQ(slab.size(), 1 + 3 * kChunk);
}

TEST(Slab, DestructorOfAnObjectMayEraseAnother) {
  struct Node {
    Slab<Node>* slab = nullptr;
    Token other;
    ~Node() {
      if (slab != nullptr) {
        slab->erase(other);
      }
    }
  };
  Slab<Node> slab;
  const auto [a, first] = slab.insert();
  const auto [b, second] = slab.insert();
  first->slab = second->slab = &slab;
  first->other = b;
  second->other = a;  // a circle
  EXPECT_TRUE(slab.erase(a));
  EXPECT_EQ(slab.size(), 0U);
}

TEST(Slab, ConstructorThatThrowsLeavesTheSlabAsItWas) {
  struct Fails {
    explicit Fails(bool now) {
      if (now) {
        throw std::runtime_error("no");
      }
    }
  };
  Slab<Fails> slab;
  EXPECT_THROW(slab.insert(true), std::runtime_error);
  EXPECT_EQ(slab.size(), 0U);
  const auto [token, object] = slab.insert(false);
  EXPECT_EQ(slab.find(token), object);
  EXPECT_EQ(slab.size(), 1U);
}

TEST(Slab, BehavesAsAMapUnderRandomOperations) {
  test::Random random(test::seed());
  Slab<std::uint64_t> slab;
  std::vector<std::pair<Token, std::uint64_t>> model;
  std::vector<Token> gone;
  for (int i = 0; i < 300'000; ++i) {
    // Waves, so that chunks fill up, run empty and are given back.
    const bool growing = (i / 5'000) % 2 == 0;
    if (model.empty() || random.below(10) < (growing ? 7U : 2U)) {
      const std::uint64_t value = random.next();
      model.emplace_back(slab.insert(value).first, value);
    } else {
      const std::size_t at = random.below(model.size());
      ASSERT_EQ(*slab.find(model[at].first), model[at].second);
      ASSERT_TRUE(slab.erase(model[at].first));
      gone.push_back(model[at].first);
      model[at] = model.back();
      model.pop_back();
    }
    ASSERT_EQ(slab.size(), model.size());
    if (!gone.empty()) {
      ASSERT_EQ(slab.find(gone[random.below(gone.size())]), nullptr);
    }
  }
  std::size_t visited = 0;
  slab.for_each([&visited](Token, std::uint64_t&) { ++visited; });
  EXPECT_EQ(visited, model.size());
}

}  // namespace
}  // namespace halo
