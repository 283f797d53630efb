#pragma once

#include <array>
#include <optional>
#include <string_view>

namespace halo::bench {

/// What one run measures, or the medians of several. Empty: not known on this system.
struct Figures {
  std::optional<double> requests_per_s;
  std::optional<double> p50_us;
  std::optional<double> p99_us;
  std::optional<double> p999_us;
  std::optional<double> max_us;
  std::optional<double> server_cpu_us;  ///< for each request
  std::optional<double> client_cpu_us;  ///< for each request
  std::optional<double> server_busy;    ///< cores
  std::optional<double> client_busy;    ///< cores
  std::optional<double> rss_bytes;
  std::optional<double> idle_connection_bytes;  ///< of the server's memory, for each one
  std::optional<double> threads_peak;
  std::optional<double> switches;  ///< of the server's context, for each request
};

using Figure = std::optional<double> Figures::*;

/// Each figure by its name, as it stands in the JSON.
struct NamedFigure {
  std::string_view name;
  Figure figure;
};

inline constexpr std::array kFigures = {
    NamedFigure{"requests_per_s", &Figures::requests_per_s},
    NamedFigure{"p50_us", &Figures::p50_us},
    NamedFigure{"p99_us", &Figures::p99_us},
    NamedFigure{"p999_us", &Figures::p999_us},
    NamedFigure{"max_us", &Figures::max_us},
    NamedFigure{"server_cpu_us_per_request", &Figures::server_cpu_us},
    NamedFigure{"client_cpu_us_per_request", &Figures::client_cpu_us},
    NamedFigure{"server_busy_cores", &Figures::server_busy},
    NamedFigure{"client_busy_cores", &Figures::client_busy},
    NamedFigure{"server_rss_bytes", &Figures::rss_bytes},
    NamedFigure{"bytes_per_idle_connection", &Figures::idle_connection_bytes},
    NamedFigure{"server_threads_peak", &Figures::threads_peak},
    NamedFigure{"context_switches_per_request", &Figures::switches},
};

}  // namespace halo::bench
