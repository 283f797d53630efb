#include "bench/load/question_text.hpp"

#include <array>

namespace halo::bench::load {
namespace {

constexpr std::string_view kNumber = "{n}";

std::optional<char> escaped(char letter) noexcept {
  switch (letter) {
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    case '0':
      return '\0';
    case '\\':
      return '\\';
    default:
      return std::nullopt;
  }
}

}  // namespace

QuestionText::QuestionText(std::string_view text) {
  for (std::size_t at = text.find(kNumber); at != std::string_view::npos; at = text.find(kNumber)) {
    text_.append(text.substr(0, at));
    numbers_at_.push_back(text_.size());
    text_.append(kNumberDigits, '0');
    text.remove_prefix(at + kNumber.size());
  }
  text_.append(text);
}

void QuestionText::append(std::uint64_t number, std::string& out) const {
  const std::size_t begin = out.size();
  out.append(text_);
  for (const std::size_t at : numbers_at_) {
    write_hex(number, out.data() + begin + at);
  }
}

bool QuestionText::has_number(std::string_view answer, std::uint64_t number) noexcept {
  std::array<char, kNumberDigits> digits;
  write_hex(number, digits.data());
  return answer.find(std::string_view(digits.data(), digits.size())) != std::string_view::npos;
}

std::optional<std::string> unescape(std::string_view text) {
  std::string bytes;
  while (!text.empty()) {
    if (text.front() != '\\') {
      bytes.push_back(text.front());
      text.remove_prefix(1);
      continue;
    }
    text.remove_prefix(1);
    if (text.starts_with('x') && text.size() >= 3) {
      const std::optional<std::uint64_t> byte = read_hex(text.substr(1, 2));
      if (!byte) {
        return std::nullopt;
      }
      bytes.push_back(static_cast<char>(*byte));
      text.remove_prefix(3);
    } else if (const std::optional<char> byte = text.empty() ? std::nullopt : escaped(text[0])) {
      bytes.push_back(*byte);
      text.remove_prefix(1);
    } else {
      return std::nullopt;
    }
  }
  return bytes;
}

}  // namespace halo::bench::load
