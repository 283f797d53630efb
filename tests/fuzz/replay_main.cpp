// Drives a fuzz target where libFuzzer does not: with any compiler, under any sanitizer.
//
// usage: fuzz-TARGET [-runs=N] [-seed=N] [-max_len=BYTES] [-artifact_prefix=PATH] [FILE|FOLDER]...
//   FILE|FOLDER         inputs to replay, folders with what is below them
//   -runs=N             inputs to make of those at random and to run, too; 0 by default
//   -seed=N             what they follow from; by default HALO_TEST_SEED, else a fresh one, which
//   is printed -max_len=BYTES      the longest input to make, 4096 by default -artifact_prefix=P
//   before the name of the file in which an input that fails is left, failed-PID

#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "tests/fuzz/fuzz_target.hpp"
#include "tests/fuzz/kept_input.hpp"
#include "tests/fuzz/mutator.hpp"

namespace halo::test {
namespace {

namespace fs = std::filesystem;

struct Options {
  std::uint64_t runs = 0;
  std::optional<std::uint64_t> seed;
  std::uint64_t input_bytes_max = 4096;
  std::string artifact_prefix;
  std::vector<fs::path> paths;
};

/// Takes "-name=VALUE" apart; nothing where `argument` is another option.
std::optional<std::string_view> value_of(std::string_view argument, std::string_view name) {
  if (!argument.starts_with(name)) {
    return std::nullopt;
  }
  return argument.substr(name.size());
}

bool read_number(std::string_view text, std::uint64_t& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size();
}

/// False: the argument is not understood.
bool parse(std::string_view argument, Options& options) {
  if (const auto runs = value_of(argument, "-runs=")) {
    return read_number(*runs, options.runs);
  }
  if (const auto seed = value_of(argument, "-seed=")) {
    return read_number(*seed, options.seed.emplace());
  }
  if (const auto bytes = value_of(argument, "-max_len=")) {
    return read_number(*bytes, options.input_bytes_max);
  }
  if (const auto prefix = value_of(argument, "-artifact_prefix=")) {
    options.artifact_prefix = *prefix;
    return true;
  }
  options.paths.emplace_back(argument);
  return !argument.starts_with('-') && fs::exists(options.paths.back());
}

/// In an order that does not depend on the file system.
std::vector<fs::path> files_of(const std::vector<fs::path>& paths) {
  std::vector<fs::path> files;
  for (const fs::path& path : paths) {
    if (!fs::is_directory(path)) {
      files.push_back(path);
      continue;
    }
    const auto first = static_cast<std::ptrdiff_t>(files.size());
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(path)) {
      if (entry.is_regular_file()) {
        files.push_back(entry.path());
      }
    }
    std::sort(files.begin() + first, files.end());
  }
  return files;
}

Input read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

void run(const Options& options) {
  KeptInput kept(options.artifact_prefix + "failed-" + std::to_string(::getpid()));
  std::printf("an input that fails is left in %s\n", kept.path().c_str());
  const auto run_target = [&kept](const Input& input) {
    kept.keep(input);
    (void)LLVMFuzzerTestOneInput(input.data(), input.size());  // zero, as libFuzzer demands
  };

  std::vector<Input> corpus;
  for (const fs::path& file : files_of(options.paths)) {
    std::printf("%s\n", file.c_str());
    std::fflush(stdout);
    run_target(corpus.emplace_back(read(file)));
  }
  std::printf("%zu inputs of the corpus pass\n", corpus.size());
  if (options.runs > 0) {
    Mutator mutator(std::move(corpus), options.seed ? *options.seed : seed(),
                    options.input_bytes_max);
    for (std::uint64_t i = 0; i < options.runs; ++i) {
      run_target(mutator.next());
    }
    std::printf("%llu inputs made of them pass\n", static_cast<unsigned long long>(options.runs));
  }
}

}  // namespace
}  // namespace halo::test

int main(int argc, char** argv) {
  halo::test::Options options;
  for (int i = 1; i < argc; ++i) {
    if (!halo::test::parse(argv[i], options)) {
      std::fprintf(stderr, "%s: what is '%s'? See tests/fuzz/replay_main.cpp\n", argv[0], argv[i]);
      return 2;
    }
  }
  halo::test::run(options);
  return 0;
}
