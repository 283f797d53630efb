#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "tests/support/seed.hpp"

namespace halo::test {

using Input = std::vector<std::uint8_t>;

/// Makes inputs out of others, the same ones for the same seed. It is blind: it shakes what is
/// known to be meaningful; libFuzzer, which sees where an input leads, searches.
class Mutator {
 public:
  /// `inputs`: what to start from; none is as good as one that is empty.
  Mutator(std::vector<Input> inputs, std::uint64_t seed, std::size_t input_bytes_max);

  /// One of the inputs, changed in one to eight places; at most `input_bytes_max` long.
  Input next();

 private:
  struct Range {
    std::size_t begin;
    std::size_t bytes;
  };

  void change(Input& input);
  void insert(Input& input, const Input& bytes);
  Range range_of(const Input& input);
  Input piece_of(const Input& input);
  const Input& any();

  std::vector<Input> inputs_;
  Random random_;
  std::size_t input_bytes_max_;
};

}  // namespace halo::test
