#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <string>

struct ssl_ctx_st;
struct ssl_session_st;
struct ssl_st;

namespace halo {

/// What belongs to a context and lives as long as OpenSSL does of it, which the streams keep:
/// a client's sessions, a server's protocols. *Thread:* any.
class TlsShared {
 public:
  /// Makes one and hands it to `context`. False: out of memory.
  static bool attach(ssl_ctx_st* context);
  static TlsShared& of(ssl_ctx_st* context);

  /// Keeps the sessions that servers offer, for `resume`.
  static void keep_sessions(ssl_ctx_st* context);
  /// Has `stream` go on with a kept session under its peer's key, if there is one.
  void resume(ssl_st* stream, const std::string& key);

  /// In the form of the wire: each name behind a byte with its length.
  std::string protocols;

 private:
  struct FreeSession {
    void operator()(ssl_session_st* session) const noexcept;
  };
  struct Kept {
    std::string key;
    std::unique_ptr<ssl_session_st, FreeSession> session;
  };

  static int index();  // of this, among what a context carries for others
  static int keep(ssl_st* stream, ssl_session_st* session);
  void add(Kept session);

  std::mutex mutex_;
  std::deque<Kept> sessions_;  // the newest last
};

}  // namespace halo
