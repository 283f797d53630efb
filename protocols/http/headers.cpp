#include "protocols/http/headers.hpp"

#include <algorithm>
#include <functional>
#include <limits>

#include "protocols/http/http_error.hpp"
#include "protocols/http/syntax.hpp"
#include "reactor/check.hpp"

namespace halo::http {
namespace {

constexpr std::size_t kBytesMax = std::numeric_limits<std::uint32_t>::max();
constexpr std::size_t kColonBlankCrLf = 4;

// Whether `more` bytes would still be counted by a Field's members.
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
                     static_cast<std::uint32_t>(value.size()), false});
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
    fields_[i].dropped = true;
  }
  Field& field = fields_[first];
  const auto value_bytes = static_cast<std::uint32_t>(value.size());
  bytes_.replace(field.begin + field.name_bytes, field.value_bytes, value.data(), value.size());
  const std::uint32_t moved_by = value_bytes - field.value_bytes;  // wraps, and so does the sum
  field.value_bytes = value_bytes;
  for (std::size_t i = first + 1; i < fields_.size(); ++i) {
    fields_[i].begin += moved_by;
  }
  close_gaps();
  return {};
}

std::size_t Headers::remove(std::string_view name) {
  std::size_t removed = 0;
  for (std::size_t i = find(name, 0); i < fields_.size(); i = find(name, i + 1)) {
    fields_[i].dropped = true;
    ++removed;
  }
  if (removed > 0) {
    close_gaps();
  }
  return removed;
}

void Headers::clear() noexcept {
  bytes_.clear();
  fields_.clear();
}

Header Headers::operator[](std::size_t index) const noexcept {
  HALO_CHECK(index < fields_.size(), "there is no header of that number");
  const Field& field = fields_[index];
  const std::string_view bytes(bytes_);
  return {bytes.substr(field.begin, field.name_bytes),
          bytes.substr(field.begin + field.name_bytes, field.value_bytes)};
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
  return bytes_.size() + fields_.size() * kColonBlankCrLf;
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
  std::size_t end = 0;
  for (Field& field : fields_) {
    if (!field.dropped) {
      const std::size_t field_bytes = std::size_t{field.name_bytes} + field.value_bytes;
      std::copy_n(bytes_.begin() + field.begin, field_bytes,
                  bytes_.begin() + static_cast<std::ptrdiff_t>(end));
      field.begin = static_cast<std::uint32_t>(end);
      end += field_bytes;
    }
  }
  bytes_.resize(end);
  std::erase_if(fields_, [](const Field& field) { return field.dropped; });
}

}  // namespace halo::http
