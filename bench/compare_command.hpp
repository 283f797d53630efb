#pragma once

namespace halo::bench {

/// `hello-bench compare OLD.json NEW.json`: arguments from "compare" on. Returns the exit code:
/// 0 compared, 1 a regression is shown that --fail-on-regression forbids, 2 wrong usage or files
/// that are no reports.
int compare_command(int argc, const char* const* argv);

}  // namespace halo::bench
