#include "tools/httpget/temporary_name.hpp"

#include <unistd.h>

#include <array>
#include <atomic>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <random>

#include <fmt/format.h>

#include "reactor/check.hpp"

namespace halo::httpget {
namespace {

// What the signal handler reads; so no container, no lock.
std::array<std::atomic<const char*>, TemporaryName::kCountMax> listed{};
std::atomic<const char*> last_words{""};
static_assert(std::atomic<const char*>::is_always_lock_free);

extern "C" void halo_httpget_remove_and_exit(int signal_number) {
  for (const std::atomic<const char*>& slot : listed) {
    if (const char* const path = slot.load()) {
      (void)::unlink(path);  // nobody is left to be told
    }
  }
  const char* const words = last_words.load();
  (void)!::write(STDERR_FILENO, words, std::strlen(words));
  std::_Exit(128 + signal_number);
}

std::string new_name_beside(const std::string& path) {
  std::random_device random;
  const std::uint64_t bits = (std::uint64_t{random()} << 32) | random();
  const std::size_t slash = path.rfind('/');
  return fmt::format("{}.httpget-{:016x}",
                     slash == std::string::npos ? "" : path.substr(0, slash + 1), bits);
}

}  // namespace

TemporaryName::TemporaryName(const std::string& path)
    : path_(new_name_beside(path)), slot_(listed.size()) {
  for (std::size_t i = 0; i < listed.size() && slot_ == listed.size(); ++i) {
    if (listed[i].load() == nullptr) {
      slot_ = i;
    }
  }
  HALO_CHECK(slot_ < listed.size(), "no more temporary files than there may be");
  listed[slot_].store(path_.c_str());
}

TemporaryName::~TemporaryName() {
  (void)::unlink(path_.c_str());  // it was renamed or never made, or there is nobody to tell
  listed[slot_].store(nullptr);
}

void remove_and_exit_at(std::initializer_list<int> signals, const char* message) {
  last_words.store(message);
  for (const int number : signals) {
    struct sigaction before {};
    (void)::sigaction(number, nullptr, &before);  // cannot fail for a valid number
    if (before.sa_handler == SIG_IGN) {
      continue;  // as nohup(1) and shells have it for what shall outlive them
    }
    struct sigaction action {};
    action.sa_handler = &halo_httpget_remove_and_exit;
    (void)sigfillset(&action.sa_mask);
    (void)::sigaction(number, &action, nullptr);
  }
}

}  // namespace halo::httpget
