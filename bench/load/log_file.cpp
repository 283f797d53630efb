#include "bench/load/log_file.hpp"

#include <chrono>
#include <utility>

namespace halo::bench::load {
namespace {

using std::chrono::milliseconds;

LogTime now() {
  return std::chrono::floor<milliseconds>(std::chrono::system_clock::now().time_since_epoch());
}

}  // namespace

LogFile::LogFile(const std::string& path, bool open_loop)
    : file_(path, std::ios::binary), open_loop_(open_loop) {}

void LogFile::add(const Interval& interval) {
  if (!interval.counted) {
    return;
  }
  if (!writer_) {
    window_begin_ = now() - std::chrono::floor<milliseconds>(interval.begin + interval.length);
    file_ << writer_.emplace(window_begin_).head();
  }
  const LogTime start = window_begin_ + std::chrono::floor<milliseconds>(interval.begin);
  if (open_loop_) {
    write("response", start, interval, interval.latency.response);
  }
  write("service", start, interval, interval.latency.service);
}

void LogFile::write(const char* tag, LogTime start, const Interval& interval,
                    const Histogram& histogram) {
  Result<std::string> line =
      writer_->line({tag, start, std::chrono::floor<milliseconds>(interval.length), histogram});
  if (line) {
    file_ << *line;
  } else {
    file_.setstate(std::ios::failbit);
  }
}

}  // namespace halo::bench::load
