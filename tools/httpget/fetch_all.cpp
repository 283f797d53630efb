#include "tools/httpget/fetch_all.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include <fmt/format.h>

#include "servers/process.hpp"

namespace halo::httpget {
namespace {

constexpr Duration kProgressPeriod = std::chrono::milliseconds(200);
/// What takes less needs no progress.
constexpr Duration kProgressAfter = std::chrono::seconds(2);

}  // namespace

FetchAll::FetchAll(FetchRooms& rooms, const std::vector<Download>& downloads)
    : rooms_(rooms),
      downloads_(downloads),
      fetches_(downloads.size()),
      codes_(downloads.size(), ExitCode::kSuccess) {}

FetchAll::~FetchAll() { (void)rooms_.loop.cancel(progress_timer_); }

ExitCode FetchAll::run() {
  begun_at_ = rooms_.loop.now();
  if (rooms_.console.terminal().draws()) {
    progress_timer_ = rooms_.loop.run_every(kProgressPeriod, [this] { draw(); });
  }
  fill();
  rooms_.loop.run();
  const auto failed = std::find_if(codes_.begin(), codes_.end(),
                                   [](ExitCode code) { return code != ExitCode::kSuccess; });
  return failed == codes_.end() ? ExitCode::kSuccess : *failed;
}

void FetchAll::fill() {
  while (begun_ < downloads_.size() && begun_ - ended_ < rooms_.options.parallel) {
    const std::size_t index = begun_++;
    fetches_[index] = std::make_unique<Fetch>(rooms_, downloads_[index]);
    fetches_[index]->begin([this, index] { on_end(index); });
  }
}

void FetchAll::on_end(std::size_t index) {
  const std::unique_ptr<Fetch> fetch = std::move(fetches_[index]);
  codes_[index] = fetch->record().failure.code;
  ++ended_;
  ended_bytes_ += fetch->record().body_bytes;
  tell(*fetch);
  fill();
  if (ended_ == downloads_.size()) {
    rooms_.console.terminal().clear();
    rooms_.loop.stop();
  }
}

void FetchAll::tell(const Fetch& fetch) {
  const FetchRecord& record = fetch.record();
  const Failure& failure = record.failure;
  Console& console = rooms_.console;
  if (failure) {
    console.complain(process::escape_control_bytes(record.url), failure.why, failure.fix);
  } else if (record.file && *record.file != "-") {
    console.note(process::escape_control_bytes(
        fmt::format("saved {} ({})", *record.file, format_bytes(record.body_bytes))));
  }
  if (!rooms_.options.json) {
    return;
  }
  if (const std::error_code error = console.print(to_json_line(record))) {
    console.complain("standard output", error.message(), "");
    codes_[static_cast<std::size_t>(&fetch.download() - downloads_.data())] = ExitCode::kWrite;
  }
}

// ---- progress ----

ProgressState FetchAll::state_of_one(const Fetch& fetch) const {
  ProgressState state;
  state.name = fetch.download().output.value_or(fetch.record().url);
  state.bytes = fetch.saved_bytes();
  state.total = fetch.whole_bytes();
  state.elapsed = rooms_.loop.now() - fetch.begun_at();
  return state;
}

ProgressState FetchAll::state_of_all() const {
  ProgressState state;
  state.name = fmt::format("{} of {} done", ended_, downloads_.size());
  state.bytes = ended_bytes_;
  state.total = begun_ == downloads_.size() ? std::optional(ended_bytes_) : std::nullopt;
  for (const std::unique_ptr<Fetch>& fetch : fetches_) {
    if (fetch == nullptr) {
      continue;
    }
    state.bytes += fetch->saved_bytes();
    const std::optional<std::uint64_t> whole = fetch->whole_bytes();
    state.total = state.total && whole ? std::optional(*state.total + *whole) : std::nullopt;
  }
  state.elapsed = rooms_.loop.now() - begun_at_;
  return state;
}

void FetchAll::draw() {
  const bool one = begun_ - ended_ == 1 && rooms_.options.parallel == 1;
  const Fetch* const fetch = one ? fetches_[begun_ - 1].get() : nullptr;
  ProgressState state = fetch != nullptr ? state_of_one(*fetch) : state_of_all();
  if (std::exchange(measured_, fetch) != fetch) {
    rate_ = RateMeter();
  }
  rate_.add(rooms_.loop.now(), state.bytes);
  if (state.elapsed < kProgressAfter) {
    return;
  }
  state.bytes_per_s = rate_.bytes_per_s();
  state.tick = ticks_++;
  Terminal& terminal = rooms_.console.terminal();
  terminal.draw(progress_text(state, terminal.columns()));
}

}  // namespace halo::httpget
