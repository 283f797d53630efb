#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "reactor/endpoint.hpp"
#include "reactor/event_loop.hpp"
#include "reactor/name_lookup.hpp"
#include "reactor/result.hpp"
#include "reactor/slab.hpp"
#include "reactor/token.hpp"
#include "reactor/unique_function.hpp"

namespace halo {

class WorkerPool;

/// Names a request; stays harmless when it has been answered or cancelled.
struct ResolveId {
  Token lookup;
  std::uint64_t request = 0;

  friend bool operator==(ResolveId, ResolveId) = default;
};

struct ResolverOptions {
  /// Names that are looked up at the same time; so many may hang before others wait for them.
  std::size_t threads = 4;
  /// Requests without an answer; further ones fail with kQueueFull. More than a client has
  /// connections to make is a mistake.
  std::size_t requests_max = 100'000;
  /// What finds the addresses: the system's resolver, or another.
  LookUp look_up = halo::look_up;
};

/// Finds the addresses of names without blocking its loop.
/// *Owner:* whoever makes connections. *Thread:* the loop's. *Lifetime:* the loop must outlive it.
///
/// 1. A numeric address needs no thread, and the threads start with the first name.
/// 2. Requests for one name share one lookup: a name that hangs occupies one thread.
/// 3. A lookup cannot be interrupted, see getaddrinfo(3): it has no limit of time. Whoever waits
///    sets a timer and cancels, or destroys the resolver; neither waits for the thread, which owns
///    what it works on and is done with it some time, even after the loop.
class Resolver {
 public:
  using OnResolve = UniqueFunction<void(Result<std::vector<Endpoint>> endpoints)>;

  explicit Resolver(EventLoop& loop, ResolverOptions options = {});
  Resolver(const Resolver&) = delete;
  Resolver& operator=(const Resolver&) = delete;
  /// Cancels everything.
  ~Resolver();

  /// Finds the addresses of `host`, all with `port`, in the system's order (RFC 6724), and calls
  /// `on_resolve` once, never during this call. It gets at least one endpoint, or the word of
  /// `look_up`, kQueueFull, or EAGAIN when the system gives no more threads. The callback may
  /// destroy the resolver.
  ResolveId resolve(const std::string& host, std::uint16_t port, OnResolve on_resolve,
                    AddressFamilies families = AddressFamilies::kAny);

  /// The request's callback will not be called; false: it has been, or was cancelled.
  bool cancel(ResolveId id) noexcept;

  /// Requests without an answer.
  std::size_t requests() const noexcept { return requests_; }

 private:
  using Name = std::pair<std::string, AddressFamilies>;

  struct Request {
    std::uint16_t port;
    OnResolve on_resolve;
  };

  enum class State : std::uint8_t { kWaiting, kUnderWay, kDone };

  struct Lookup {
    Name name;
    State state = State::kWaiting;
    std::list<Token>::iterator place;           // in waiting_, where kWaiting
    std::map<std::uint64_t, Request> requests;  // in the order of asking
    std::optional<Result<std::vector<Endpoint>>> found;
  };

  struct Desk;  // where the threads lay down what they found

  Token find_or_add(const Name& name);
  Token add_done(Result<std::vector<Endpoint>> found);
  std::error_code start_threads();
  void start_lookups();
  void finish(Token token, Result<std::vector<Endpoint>> found);
  void tell_later(Token token);
  void tell(Token token);

  EventLoop& loop_;
  const ResolverOptions options_;
  const std::shared_ptr<Desk> desk_;
  std::unique_ptr<WorkerPool> threads_;  // null until a name is asked for
  Slab<Lookup> lookups_;
  std::map<Name, Token> shared_lookups_;  // those that further requests may join
  std::list<Token> waiting_;              // lookups for which no thread was free
  std::size_t under_way_ = 0;
  std::size_t requests_ = 0;
  std::uint64_t last_request_ = 0;
};

}  // namespace halo
