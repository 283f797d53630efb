#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace halo::bench {

/// One way to build a server: a program beside hello-bench, or anyone's, and how it is started.
struct Model {
  std::string name;
  std::string program;
  std::vector<std::string> arguments{};  ///< beside --port
  std::string shell{};  ///< a command for the shell, in place of both; it may choose its port
  std::optional<std::uint16_t> port{};  ///< of 127.0.0.1; empty: its first line says where it is
};

inline constexpr std::string_view kThreads = "threads";       ///< whom others are compared with
inline constexpr std::string_view kCeiling = "raw-epoll";     ///< what the kernel allows at best
inline constexpr std::string_view kHttpCeiling = "raw-http";  ///< the same for HTTP
/// A blocking socket, a system call for each datagram: whom datagram servers are compared with.
inline constexpr std::string_view kPlainUdp = "udp-plain";

/// In which runs a scenario is. By its name or its family's it can always be had.
enum class Included : std::uint8_t { kInQuick, kInFull, kByName };

/// One question to all models: what is asked of them, and how.
struct Scenario {
  std::string family;           ///< "closed", "idle", "sleep", "pool", "churn", "http", "udp"
  bool datagrams = false;       ///< over UDP, else over TCP
  bool http = false;            ///< in requests, else in lines
  std::size_t connections = 1;  ///< that ask; over UDP sockets
  std::size_t depth = 1;  ///< questions of each connection under way; over UDP of all together
  std::size_t idle_connections = 0;
  bool churn = false;  ///< each question on a connection of its own
  bool waits = false;  ///< each answer waits 10 ms, as only servers of ours can be told to
  Included included = Included::kByName;  ///< in --quick and the full run, in this one, in none
  /// After the closed loop of a round: an open loop, for response time. Only of lines over TCP, and
  /// not in a churn.
  bool open_loop = false;
  std::string baseline;            ///< the model whose server CPU is 1.00 in the table
  std::string opponent{kThreads};  ///< the model that the verdict compares the others with
  std::vector<Model> models;       ///< in the order of the table
  /// The servers live one after the other, not side by side: make_plan sets it where there are not
  /// enough descriptors for the connections of all.
  bool apart = false;

  /// "closed-64x16", "idle-64+4000", "churn-64", "http-64x1", "udp-256/8": as --scenario takes it.
  std::string name() const;
  /// "64 connections, 16 questions of each under way"
  std::string title() const;
};

/// Whether kCeiling and kHttpCeiling are among the models: they are made of epoll, which only Linux
/// has.
bool has_ceiling() noexcept;

/// Every scenario there is, in the order of the report. Those of HTTP only where its server is
/// built.
std::vector<Scenario> all_scenarios();

/// What a family shows, for --list.
std::string_view purpose_of(std::string_view family);

}  // namespace halo::bench
