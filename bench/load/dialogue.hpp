#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace halo::bench::load {

/// What a dialogue has made of the bytes at hand.
struct Reply {
  std::size_t consumed = 0;  ///< from the front
  bool complete = false;     ///< the answer is whole; else it goes on with the next bytes
  bool last = false;         ///< the connection is of no use any more
  /// What is wrong with the answer, as failures are counted by; empty: nothing. Lives until the
  /// next call.
  std::string_view fault;
};

/// The protocol of one connection, as the load sees it: how a question is written, and where its
/// answer ends. Pure: no socket, no clock. *Owner:* the connection's lane. *Thread:* one.
class Dialogue {
 public:
  virtual ~Dialogue() = default;

  /// A new connection: whatever was begun on the last one is forgotten.
  virtual void restart() = 0;

  /// Appends question `number` to `out`.
  virtual void ask(std::uint64_t number, std::string& out) = 0;

  /// Reads on in the answer to question `number`, at most to its end. `unread` is not empty; it is
  /// what was not consumed yet, with more behind it.
  virtual Reply read(std::string_view unread, std::uint64_t number) = 0;

  /// The peer sends no more, and everything was consumed that could be. Whether that completes the
  /// answer to question `number`.
  virtual Reply end(std::uint64_t number) = 0;
};

/// Makes the dialogue of each connection. *Thread:* any.
using DialogueFactory = std::function<std::unique_ptr<Dialogue>()>;

}  // namespace halo::bench::load
