#include "tests/fuzz/mutator.hpp"

#include <algorithm>
#include <utility>

namespace halo::test {
namespace {

/// Bytes at which something often changes: signs, ends of lines and of ranges.
constexpr std::uint8_t kEdges[] = {0, 1, '\n', '\r', ' ', '!', ':', 0x7f, 0x80, 0xff};
constexpr std::uint64_t kRepetitionsMax = 300;  // past the limits that one byte of length has

auto at(Input& input, std::size_t place) {
  return input.begin() + static_cast<Input::difference_type>(place);
}

}  // namespace

Mutator::Mutator(std::vector<Input> inputs, std::uint64_t seed, std::size_t input_bytes_max)
    : inputs_(std::move(inputs)), random_(seed), input_bytes_max_(input_bytes_max) {
  if (inputs_.empty()) {
    inputs_.emplace_back();
  }
}

Input Mutator::next() {
  Input input = any();
  for (std::uint64_t changes = random_.between(1, 8); changes > 0; --changes) {
    change(input);
  }
  input.resize(std::min(input.size(), input_bytes_max_));
  return input;
}

void Mutator::change(Input& input) {
  const std::uint64_t what = random_.below(7);
  if (input.empty() || what == 0) {
    insert(input, piece_of(any()));
    return;
  }
  const Range range = range_of(input);
  std::uint8_t& byte = input[range.begin];
  switch (what) {
    case 1:
      byte = static_cast<std::uint8_t>(byte ^ 1U << random_.below(8));
      break;
    case 2:
      byte = kEdges[random_.below(std::size(kEdges))];
      break;
    case 3:
      byte = static_cast<std::uint8_t>(random_.next());
      break;
    case 4:
      input.erase(at(input, range.begin), at(input, range.begin + range.bytes));
      break;
    case 5:
      insert(input, piece_of(input));
      break;
    default:
      insert(input, Input(random_.below(kRepetitionsMax), byte));
  }
}

void Mutator::insert(Input& input, const Input& bytes) {
  const std::size_t place = random_.below(input.size() + 1);
  input.insert(at(input, place), bytes.begin(), bytes.end());
}

/// At least one byte; short ones are as likely as long ones.
Mutator::Range Mutator::range_of(const Input& input) {
  const std::size_t begin = random_.below(input.size());
  const std::size_t most = std::max<std::size_t>((input.size() - begin) >> random_.below(8), 1);
  return {begin, random_.between(1, most)};
}

Input Mutator::piece_of(const Input& input) {
  if (input.empty()) {
    return {kEdges[random_.below(std::size(kEdges))]};
  }
  const Range range = range_of(input);
  const auto begin = input.begin() + static_cast<Input::difference_type>(range.begin);
  return {begin, begin + static_cast<Input::difference_type>(range.bytes)};
}

const Input& Mutator::any() { return inputs_[random_.below(inputs_.size())]; }

}  // namespace halo::test
