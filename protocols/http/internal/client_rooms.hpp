#pragma once

// What the parts of a client share. It lives until the end of the iteration in which its client
// goes, so that a callback may destroy the client.

#include <cstddef>
#include <list>
#include <map>
#include <memory>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "protocols/http/body_source.hpp"
#include "protocols/http/client_options.hpp"
#include "protocols/http/request.hpp"
#include "protocols/http/response_handler.hpp"
#include "reactor/connection_table.hpp"
#include "reactor/event_loop.hpp"
#include "reactor/resolver.hpp"
#include "reactor/slab.hpp"

namespace halo::http {

class ClientSession;
class Pool;

/// One request on its way: in a pool's queue, or on a session, or about to be told its end.
struct Exchange {
  Exchange(Request its_request, std::unique_ptr<ResponseHandler> its_handler,
           std::unique_ptr<BodySource> its_body, const Deadlines& its_deadlines, TimePoint now)
      : request(std::move(its_request)),
        handler(std::move(its_handler)),
        body(std::move(its_body)),
        deadlines(its_deadlines),
        begun_at(now) {}

  Request request;
  std::unique_ptr<ResponseHandler> handler;
  std::unique_ptr<BodySource> body;
  Deadlines deadlines;
  TimePoint begun_at;
  std::string head;  // as it goes out; empty once it has
  ClientSession* session = nullptr;
  Pool* queued_in = nullptr;
  std::list<Token>::iterator place;  // in its queue
  Stage stage = Stage::kWait;
  bool retried = false;
  bool paused = false;
  std::size_t redirects = 0;
  TimePoint active_at{};  // the last byte in either direction, or the beginning of the stage
  TimerId timer;          // of the whole, where it has a deadline; or it will be told its end
};

/// *Owner:* a Client. *Thread:* the loop's.
struct ClientRooms {
  ClientRooms(EventLoop& its_loop, ClientOptions its_options);
  ~ClientRooms();
  ClientRooms(const ClientRooms&) = delete;
  ClientRooms& operator=(const ClientRooms&) = delete;

  /// Ends everything, and tells nobody. What is left is an empty house for callers on the stack.
  void shut_down();

  /// Puts the request on its way: anew, or to where a redirect leads, or again, before others then.
  void dispatch(Token exchange, bool first = false);

  /// Calls on_done, which may destroy the client; the exchange is gone before.
  void finish(Token exchange, std::error_code error, std::string detail = {});
  /// The same from where on_done must not be called.
  void finish_later(Token exchange, std::error_code error, std::string detail = {});
  /// Cancels. False: it has ended already.
  bool drop(Token exchange);

  /// The memory of a head that has gone out, for that of the next request.
  void keep_spare(std::string& head) noexcept;

  /// A connection has gone: whoever lacks one may have its place.
  void serve_starved();
  /// So that its place is free when it has closed.
  void dismiss_longest_idle();
  void remove_if_unused(const std::string& origin);

  EventLoop& loop;
  const ClientOptions options;
  bool closed = false;
  Slab<Exchange> exchanges;
  std::list<ClientSession*> idle_sessions;             // of all pools, the longest idle one first
  std::list<Pool*> starved;                            // would connect, were it not for the limit
  std::map<std::string, std::unique_ptr<Pool>> pools;  // by origin
  std::size_t connections = 0;                         // open or about to be
  std::vector<std::byte> body_piece;                   // on its way from a source to a connection
  std::string spare_head;                              // memory only
  std::string route_name;                              // that is looked up in `pools`
  std::unique_ptr<Resolver> resolver;
  std::unique_ptr<ConnectionTable> table;

 private:
  void release(Exchange& exchange);
  Pool* pool_for(Token exchange);
  void on_total_timeout(Token exchange);
};

}  // namespace halo::http
