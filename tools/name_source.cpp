#include "tools/name_source.hpp"

#include <unistd.h>

#include <cerrno>
#include <utility>

#include "reactor/error.hpp"

namespace halo {
namespace {

constexpr std::size_t kReadBytes = 16 * 1024;

}  // namespace

NameSource::NameSource(EventLoop& loop, std::vector<std::string> names)
    : loop_(loop), arguments_(std::move(names)) {}

NameSource::~NameSource() { loop_.unwatch(watch_); }

std::optional<std::string> NameSource::next() {
  if (ended_) {
    return std::nullopt;
  }
  return arguments_.empty() ? next_line() : next_argument();
}

std::optional<std::string> NameSource::next_argument() {
  if (used_arguments_ == arguments_.size()) {
    end({});
    return std::nullopt;
  }
  return arguments_[used_arguments_++];
}

std::optional<std::string> NameSource::next_line() {
  while (true) {
    const auto line =
        input_ended_ ? decoder_.decode_eof(unread_.bytes()) : decoder_.decode(unread_.bytes());
    if (line.message) {
      std::string name(*line.message);
      unread_.consume(line.consumed);
      return name;
    }
    if (line.error || input_ended_) {
      end(line.error);
      return std::nullopt;
    }
    if (wait_for_input()) {
      return std::nullopt;
    }
    read_input();
  }
}

/// False: the loop cannot wait for this input, which is ready at any time.
bool NameSource::wait_for_input() {
  if (watch_) {
    return !loop_.rewatch(watch_, Interest::kReadable);
  }
  const Result<Token> watch = loop_.watch(STDIN_FILENO, Interest::kReadable, *this);
  if (watch) {
    watch_ = *watch;
  }
  return watch.has_value();
}

void NameSource::on_ready(Event /*event*/) {
  if (const std::error_code error = loop_.rewatch(watch_, Interest::kNone)) {  // until next()
    end(error);
  } else {
    read_input();
  }
  on_more_();
}

void NameSource::read_input() {
  const std::span<std::byte> room = unread_.prepare(kReadBytes);
  const ssize_t count = ::read(STDIN_FILENO, room.data(), kReadBytes);
  if (count > 0) {
    unread_.commit(static_cast<std::size_t>(count));
  } else if (count == 0) {
    input_ended_ = true;
  } else if (errno != EINTR && errno != EAGAIN) {
    end(last_error());
  }
}

void NameSource::end(std::error_code error) {
  ended_ = true;
  error_ = error;
}

}  // namespace halo
