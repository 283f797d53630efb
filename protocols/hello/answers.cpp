#include "protocols/hello/answers.hpp"

namespace halo::hello {

std::string line_too_long(std::size_t line_bytes_max) {
  return "Error: line longer than " + std::to_string(line_bytes_max) + " bytes\n";
}

}  // namespace halo::hello
