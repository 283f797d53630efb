#pragma once

namespace halo::bench {

/// `hello-load merge A.hlog B.hlog [-o OUT]`: prints how many values each tag has in all logs
/// together, and their percentiles, and writes one log of them to OUT. What was recorded apart is,
/// bit for bit, what one recorder of everything would have written.
///
/// `argv` as a main has it: its first is the name that help and errors show, "hello-load merge".
/// Returns what to exit with: kSuccess; command_line::kUsage for wrong arguments;
/// `kMergeFailed`, once a line on standard error has said why, where a log cannot be read, is none,
/// or OUT cannot be written. Nothing is written then.
int merge_logs(int argc, const char* const* argv);

/// hello-load's exit code for an environment in which it cannot do what was asked.
inline constexpr int kMergeFailed = 5;

}  // namespace halo::bench
