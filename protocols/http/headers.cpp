#include "protocols/http/headers.hpp"

#include <algorithm>
#include <functional>
#include <limits>
#include <utility>

#include "protocols/http/http_error.hpp"
#include "protocols/http/syntax.hpp"
#include "reactor/check.hpp"

namespace halo::http {
namespace {

constexpr std::size_t kBytesMax = std::numeric_limits<std::uint32_t>::max();
// For the moment of a change, as the bytes of a name: to be taken out by close_gaps().
constexpr std::uint32_t kDropped = kBytesMax;
constexpr std::size_t kColonBlankCrLf = 4;

// Whether `more` bytes would still be counted by a FieldPlace's members; a name of kDropped bytes
// would not fit beside another one.
bool fits(std::size_t held_bytes, std::size_t more_bytes) noexcept {
  return more_bytes <= kBytesMax - held_bytes;
}

}  // namespace

std::error_code check_header(std::string_view name, std::string_view value) noexcept {
  if (!is_token(name)) {
    return HttpErrc::kBadHeaderName;
  }
  if (!is_header_value(value)) {
    return HttpErrc::kBadHeaderValue;
  }
  return {};
}

std::error_code Headers::add(std::string_view name, std::string_view value) {
  if (const std::error_code error = check_header(name, value)) {
    return error;
  }
  if (!add_parsed(name, value)) {
    return HttpErrc::kHeadTooLarge;
  }
  return {};
}

bool Headers::add_parsed(std::string_view name, std::string_view value) {
  if (!fits(bytes_.size(), name.size()) || !fits(bytes_.size() + name.size(), value.size())) {
    return false;
  }
  const std::size_t begin = bytes_.size();
  // Both may lie in bytes_, which append() moves: the value's bytes are fetched by their place.
  const bool own = !value.empty() && !std::less<>{}(value.data(), bytes_.data()) &&
                   std::less<>{}(value.data(), bytes_.data() + bytes_.size());
  const std::size_t own_begin = own ? static_cast<std::size_t>(value.data() - bytes_.data()) : 0;
  bytes_.append(name);
  if (own) {
    bytes_.append(bytes_, own_begin, value.size());
  } else {
    bytes_.append(value);
  }
  fields_.push_back({static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(name.size()),
                     static_cast<std::uint32_t>(begin + name.size()),
                     static_cast<std::uint32_t>(value.size())});
  return true;
}

bool Headers::add_parsed(std::string_view text, std::span<const FieldPlace> places) {
  if (!fits(bytes_.size(), text.size())) {
    return false;
  }
  const auto begin = static_cast<std::uint32_t>(bytes_.size());
  const std::size_t before = fields_.size();
  bytes_.append(text);
  fields_.insert(fields_.end(), places.begin(), places.end());
  for (std::size_t i = before; begin > 0 && i < fields_.size(); ++i) {
    fields_[i].name_begin += begin;
    fields_[i].value_begin += begin;
  }
  return true;
}

std::error_code Headers::set(std::string_view name, std::string_view value) {
  const std::size_t first = find(name, 0);
  if (first == fields_.size()) {
    return add(name, value);
  }
  if (const std::error_code error = check_header(name, value)) {
    return error;
  }
  if (!fits(bytes_.size(), value.size())) {
    return HttpErrc::kHeadTooLarge;
  }
  // Neither argument is looked at once bytes have moved: each may be a view into them.
  for (std::size_t i = find(name, first + 1); i < fields_.size(); i = find(name, i + 1)) {
    fields_[i].name_bytes = kDropped;
  }
  FieldPlace& field = fields_[first];
  const auto value_bytes = static_cast<std::uint32_t>(value.size());
  bytes_.replace(field.value_begin, field.value_bytes, value.data(), value.size());
  const std::uint32_t moved_by = value_bytes - field.value_bytes;  // wraps, and so does the sum
  field.value_bytes = value_bytes;
  for (std::size_t i = first + 1; i < fields_.size(); ++i) {
    fields_[i].name_begin += moved_by;
    fields_[i].value_begin += moved_by;
  }
  close_gaps();
  return {};
}

std::size_t Headers::remove(std::string_view name) {
  std::size_t removed = 0;
  for (std::size_t i = find(name, 0); i < fields_.size(); i = find(name, i + 1)) {
    fields_[i].name_bytes = kDropped;
    ++removed;
  }
  if (removed > 0) {
    close_gaps();
  }
  return removed;
}

Header Headers::operator[](std::size_t index) const noexcept {
  HALO_CHECK(index < fields_.size(), "there is no header of that number");
  const FieldPlace& field = fields_[index];
  return {{bytes_.data() + field.name_begin, field.name_bytes},
          {bytes_.data() + field.value_begin, field.value_bytes}};
}

std::optional<std::string_view> Headers::get(std::string_view name) const noexcept {
  const std::size_t index = find(name, 0);
  return index == fields_.size() ? std::nullopt : std::optional((*this)[index].value);
}

std::vector<std::string_view> Headers::get_all(std::string_view name) const {
  std::vector<std::string_view> values;
  for (std::size_t i = find(name, 0); i < fields_.size(); i = find(name, i + 1)) {
    values.push_back((*this)[i].value);
  }
  return values;
}

std::size_t Headers::count(std::string_view name) const noexcept {
  std::size_t count = 0;
  for (std::size_t i = find(name, 0); i < fields_.size(); i = find(name, i + 1)) {
    ++count;
  }
  return count;
}

bool Headers::has_token(std::string_view name, std::string_view token) const noexcept {
  for (std::size_t i = find(name, 0); i < fields_.size(); i = find(name, i + 1)) {
    if (value_has_token((*this)[i].value, token)) {
      return true;
    }
  }
  return false;
}

std::size_t Headers::encoded_bytes() const noexcept {
  std::size_t bytes = fields_.size() * kColonBlankCrLf;
  for (const FieldPlace& field : fields_) {
    bytes += std::size_t{field.name_bytes} + field.value_bytes;
  }
  return bytes;
}

bool operator==(const Headers& a, const Headers& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end());
}

// The first field of that name from number `from` on, or size().
std::size_t Headers::find(std::string_view name, std::size_t from) const noexcept {
  std::size_t index = from;
  while (index < fields_.size() && !equal_ignoring_case((*this)[index].name, name)) {
    ++index;
  }
  return index;
}

void Headers::close_gaps() noexcept {
  std::erase_if(fields_, [](const FieldPlace& field) { return field.name_bytes == kDropped; });
  std::uint32_t end = 0;
  const auto move_here = [&](std::uint32_t begin, std::uint32_t bytes) {
    std::copy_n(bytes_.begin() + begin, bytes, bytes_.begin() + end);
    return std::exchange(end, end + bytes);
  };
  for (FieldPlace& field : fields_) {
    field.name_begin = move_here(field.name_begin, field.name_bytes);
    field.value_begin = move_here(field.value_begin, field.value_bytes);
  }
  bytes_.resize(end);
}

}  // namespace halo::http
