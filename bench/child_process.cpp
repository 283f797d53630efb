#include "bench/child_process.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "bench/cpu_affinity.hpp"
#include "bench/loop_steps.hpp"
#include "reactor/check.hpp"
#include "reactor/error.hpp"
#include "reactor/socket.hpp"

#if __has_include(<sys/prctl.h>)
#include <sys/prctl.h>
#endif

namespace halo::bench {
namespace {

constexpr std::size_t kFirstLineBytesMax = 4096;
constexpr off_t kErrorBytesShown = 4096;
constexpr Duration kExitPollInterval = std::chrono::milliseconds(1);

// An unnamed file: a pipe that nobody reads would stop a talkative child.
Result<OwnedFd> open_error_file() {
  std::FILE* const file = std::tmpfile();
  if (file == nullptr) {
    return last_error();
  }
  OwnedFd fd(::fcntl(::fileno(file), F_DUPFD_CLOEXEC, 0));
  const std::error_code error = fd ? std::error_code{} : last_error();
  std::fclose(file);
  return error ? Result<OwnedFd>(error) : Result<OwnedFd>(std::move(fd));
}

void die_with_parent([[maybe_unused]] pid_t parent) noexcept {
#if defined(PR_SET_PDEATHSIG)
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) {
    ::_exit(127);  // it died before the call
  }
#endif
}

/// Keeps every signal waiting as long as it lives. Between fork and exec a child still has our own
/// handlers: one of them would report to us, through a shared pipe, what was sent to the child.
class SignalsBlocked {
 public:
  SignalsBlocked() noexcept {
    sigset_t all;
    sigfillset(&all);
    ::sigprocmask(SIG_SETMASK, &all, &before_);
  }
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;
  ~SignalsBlocked() { ::sigprocmask(SIG_SETMASK, &before_, nullptr); }

  /// In the child: as if it had been executed already.
  void reset_in_child() const noexcept {
    for (const int number : {SIGINT, SIGTERM, SIGPIPE}) {
      std::signal(number, SIG_DFL);
    }
    ::sigprocmask(SIG_SETMASK, &before_, nullptr);
  }

 private:
  sigset_t before_{};
};

// The child's side of the fork: only calls that are safe there (signal-safety(7)).
[[noreturn]] void execute(char* const* arguments, pid_t parent, int output, int errors,
                          std::optional<int> core, const SignalsBlocked& blocked) noexcept {
  blocked.reset_in_child();
  ::setpgid(0, 0);
  die_with_parent(parent);
  const int input = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  ::dup2(input, STDIN_FILENO);
  ::dup2(output, STDOUT_FILENO);
  ::dup2(errors, STDERR_FILENO);
  if (!core.has_value() || !pin_to_core(*core)) {
    ::execv(arguments[0], arguments);
  }
  const char* const why = std::strerror(errno);
  for (const char* part : {"cannot execute ", static_cast<const char*>(arguments[0]), ": ", why}) {
    (void)!::write(STDERR_FILENO, part, std::strlen(part));  // the exit code tells, too
  }
  ::_exit(127);
}

}  // namespace

std::string ChildExit::describe() const {
  const std::string_view late = killed ? " after SIGTERM was not heeded" : "";
  if (WIFSIGNALED(status)) {
    const int number = WTERMSIG(status);
    return fmt::format("killed by signal {} ({}){}", number, ::strsignal(number), late);
  }
  return fmt::format("exit code {}{}", WEXITSTATUS(status), late);
}

Result<std::unique_ptr<ChildProcess>> ChildProcess::start(EventLoop& loop,
                                                          const std::vector<std::string>& command,
                                                          std::optional<int> core) {
  std::array<int, 2> ends{};
  if (::pipe(ends.data()) != 0) {
    return last_error();
  }
  OwnedFd reader(ends[0]);
  const OwnedFd writer(ends[1]);
  if (::fcntl(reader.get(), F_SETFD, FD_CLOEXEC) != 0 ||
      ::fcntl(writer.get(), F_SETFD, FD_CLOEXEC) != 0) {
    return last_error();
  }
  if (const std::error_code error = socket::set_blocking(reader.get(), false)) {
    return error;
  }
  Result<OwnedFd> errors = open_error_file();
  if (!errors) {
    return errors.error();
  }
  std::vector<char*> arguments;
  arguments.reserve(command.size() + 1);
  for (const std::string& argument : command) {
    arguments.push_back(const_cast<char*>(argument.c_str()));  // execv's signature is older
  }
  arguments.push_back(nullptr);
  const pid_t parent = ::getpid();
  const SignalsBlocked blocked;
  const pid_t pid = ::fork();
  if (pid < 0) {
    return last_error();
  }
  if (pid == 0) {
    execute(arguments.data(), parent, writer.get(), errors->get(), core, blocked);
  }
  std::unique_ptr<ChildProcess> child(
      new ChildProcess(loop, pid, std::move(reader), std::move(*errors)));
  Result<Token> watch = loop.watch(child->output_.get(), Interest::kReadable, *child);
  if (!watch) {
    return watch.error();
  }
  child->watch_ = *watch;
  return child;
}

ChildProcess::ChildProcess(EventLoop& loop, int pid, OwnedFd output, OwnedFd errors)
    : loop_(loop), pid_(pid), output_(std::move(output)), errors_(std::move(errors)) {}

ChildProcess::~ChildProcess() {
  loop_.unwatch(watch_);
  if (!exit_.has_value()) {
    ::kill(pid_, SIGKILL);
    wait_for_exit(true);
  }
}

void ChildProcess::on_ready(Event) {
  std::array<char, 1024> bytes;
  const ssize_t count = ::read(output_.get(), bytes.data(), bytes.size());
  if (count > 0) {
    const bool wanted = text_.size() < kFirstLineBytesMax && text_.find('\n') == std::string::npos;
    if (wanted) {
      text_.append(bytes.data(), static_cast<std::size_t>(count));
    }
  } else if (count == 0 || (errno != EAGAIN && errno != EINTR)) {
    loop_.unwatch(watch_);
    watch_ = {};
  }
}

std::optional<std::string> ChildProcess::first_line(Duration limit, const Interrupt& interrupt) {
  const auto has_line = [this] { return text_.find('\n') != std::string::npos; };
  (void)run_until(loop_, limit, [&] { return has_line() || output_ended() || interrupt; });
  return has_line() ? std::optional(text_.substr(0, text_.find('\n'))) : std::nullopt;
}

ChildExit ChildProcess::stop(Duration grace) {
  if (!wait_for_exit(false)) {
    ::kill(pid_, SIGTERM);
    const TimePoint deadline = saturating_add(loop_.now(), grace);
    (void)run_until(loop_, grace, [this] { return output_ended(); });
    while (!wait_for_exit(false) && loop_.now() < deadline) {
      (void)loop_.run_once(kExitPollInterval);
    }
    if (!exit_.has_value()) {
      ::kill(pid_, SIGKILL);
      wait_for_exit(true);
      exit_->killed = true;
    }
  }
  return *exit_;
}

bool ChildProcess::wait_for_exit(bool block) {
  while (!exit_.has_value()) {
    int status = 0;
    rusage usage{};
    const pid_t ended = ::wait4(pid_, &status, block ? 0 : WNOHANG, &usage);
    if (ended == pid_) {
      exit_ =
          ChildExit{status, false, static_cast<std::uint64_t>(usage.ru_nvcsw + usage.ru_nivcsw)};
    } else if (ended == 0) {
      break;
    } else {
      HALO_CHECK(errno == EINTR, "a child is waited for by nobody else");
    }
  }
  return exit_.has_value();
}

std::string ChildProcess::error_output() const {
  struct stat status {};
  if (::fstat(errors_.get(), &status) != 0) {
    return {};
  }
  const off_t begin = status.st_size > kErrorBytesShown ? status.st_size - kErrorBytesShown : 0;
  std::string text(static_cast<std::size_t>(kErrorBytesShown), '\0');
  const ssize_t count = ::pread(errors_.get(), text.data(), text.size(), begin);
  text.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
  return text;
}

}  // namespace halo::bench
