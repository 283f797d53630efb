#include "reactor/resolver.hpp"

#include <mutex>

#include "reactor/check.hpp"
#include "reactor/error.hpp"
#include "reactor/worker_pool.hpp"

namespace halo {

/// Shared by the resolver, the lookups at work and the answers on their way: a lookup that hangs
/// may be the last to leave. The lock is held while an answer is posted, so that the loop is there.
struct Resolver::Desk {
  std::mutex mutex;
  EventLoop* loop;     // guarded by mutex; null: nobody wants answers any more
  Resolver* resolver;  // the loop's thread; null: gone
  const LookUp look_up;

  Desk(EventLoop& its_loop, Resolver& its_resolver, LookUp function)
      : loop(&its_loop), resolver(&its_resolver), look_up(std::move(function)) {}
};

Resolver::Resolver(EventLoop& loop, ResolverOptions options)
    : loop_(loop),
      options_(std::move(options)),
      desk_(std::make_shared<Desk>(loop, *this, options_.look_up)) {
  HALO_CHECK(options_.threads > 0, "a resolver has at least one thread");
}

Resolver::~Resolver() {
  HALO_CHECK(loop_.in_loop_thread(), "a resolver goes on its loop's thread");
  {
    const std::lock_guard lock(desk_->mutex);
    desk_->loop = nullptr;
  }
  desk_->resolver = nullptr;
  if (threads_ != nullptr) {
    threads_->abandon();
  }
}

ResolveId Resolver::resolve(const std::string& host, std::uint16_t port, OnResolve on_resolve,
                            AddressFamilies families) {
  HALO_CHECK(loop_.in_loop_thread(), "resolve on a thread that is not the loop's: use post()");
  Token token;
  if (requests_ >= options_.requests_max) {
    token = add_done(Errc::kQueueFull);
  } else if (Endpoint::parse(host, port)) {
    token = add_done(halo::look_up(host, families));  // numeric: does not block
  } else if (const std::error_code error = start_threads()) {
    token = add_done(error);
  } else {
    token = find_or_add({host, families});
  }
  ++requests_;
  lookups_.find(token)->requests.emplace(++last_request_, Request{port, std::move(on_resolve)});
  return {token, last_request_};
}

bool Resolver::cancel(ResolveId id) noexcept {
  HALO_CHECK(loop_.in_loop_thread(), "cancel on a thread that is not the loop's: use post()");
  Lookup* const lookup = lookups_.find(id.lookup);
  if (lookup == nullptr || lookup->requests.erase(id.request) == 0) {
    return false;
  }
  --requests_;
  if (lookup->requests.empty() && lookup->state == State::kWaiting) {
    waiting_.erase(lookup->place);
    shared_lookups_.erase(lookup->name);
    lookups_.erase(id.lookup);
  }
  return true;
}

/// A lookup of its own, whose outcome is known.
Token Resolver::add_done(Result<std::vector<Endpoint>> found) {
  const auto [token, lookup] = lookups_.insert();
  lookup->state = State::kDone;
  lookup->found = std::move(found);
  tell_later(token);
  return token;
}

Token Resolver::find_or_add(const Name& name) {
  const auto shared = shared_lookups_.find(name);
  if (shared != shared_lookups_.end()) {
    return shared->second;
  }
  const auto [token, lookup] = lookups_.insert();
  lookup->name = name;
  lookup->place = waiting_.insert(waiting_.end(), token);
  shared_lookups_.emplace(name, token);
  start_lookups();
  return token;
}

std::error_code Resolver::start_threads() {
  if (threads_ != nullptr) {
    return {};
  }
  try {
    threads_ = std::make_unique<WorkerPool>(options_.threads, options_.threads);
    return {};
  } catch (const std::system_error& error) {
    return error.code();
  }
}

void Resolver::start_lookups() {
  while (under_way_ < options_.threads && !waiting_.empty()) {
    const Token token = waiting_.front();
    Lookup& lookup = *lookups_.find(token);
    // What waits, waits here, where it can be cancelled: the pool's queue is never full.
    const std::error_code error = threads_->submit([desk = desk_, token, name = lookup.name] {
      Result<std::vector<Endpoint>> found = desk->look_up(name.first, name.second);
      const std::lock_guard lock(desk->mutex);
      if (desk->loop == nullptr) {
        return;
      }
      desk->loop->post([desk, token, found = std::move(found)]() mutable {
        if (desk->resolver != nullptr) {
          desk->resolver->finish(token, std::move(found));
        }
      });
    });
    HALO_CHECK(!error, "a thread is free for each lookup that is started");
    waiting_.pop_front();
    lookup.state = State::kUnderWay;
    ++under_way_;
  }
}

void Resolver::finish(Token token, Result<std::vector<Endpoint>> found) {
  Lookup& lookup = *lookups_.find(token);
  shared_lookups_.erase(lookup.name);
  lookup.state = State::kDone;
  lookup.found = std::move(found);
  --under_way_;
  start_lookups();
  tell(token);
}

void Resolver::tell_later(Token token) {
  loop_.post([desk = desk_, token] {
    if (desk->resolver != nullptr) {
      desk->resolver->tell(token);
    }
  });
}

/// Tells one request. The next one has its turn in a task of its own, whatever the callback does:
/// throw, cancel, or destroy the resolver.
void Resolver::tell(Token token) {
  Lookup& lookup = *lookups_.find(token);
  if (lookup.requests.empty()) {
    lookups_.erase(token);
    return;
  }
  auto first = lookup.requests.extract(lookup.requests.begin());
  Request& request = first.mapped();
  Result<std::vector<Endpoint>> endpoints = *lookup.found;
  --requests_;
  if (lookup.requests.empty()) {
    lookups_.erase(token);
  } else {
    tell_later(token);
  }
  if (endpoints) {
    for (Endpoint& endpoint : *endpoints) {
      endpoint.set_port(request.port);
    }
  }
  request.on_resolve(std::move(endpoints));  // last: the callback may destroy this
}

}  // namespace halo
