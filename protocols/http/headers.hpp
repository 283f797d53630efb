#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace halo::http {

/// One field of a head; views into the `Headers` it came from.
struct Header {
  std::string_view name;
  std::string_view value;

  friend bool operator==(const Header&, const Header&) = default;
};

/// Where a field lies in the text of a head: the name, and the value somewhere behind it.
struct FieldPlace {
  std::uint32_t name_begin;
  std::uint32_t name_bytes;
  std::uint32_t value_begin;
  std::uint32_t value_bytes;
};

/// Whether a field with this name and value can be put into a head without becoming another head:
/// fails with kBadHeaderName (not a token) or kBadHeaderValue (CR, LF, NUL, another control byte
/// but HTAB, or a blank at an end). All that writes heads, client or server, asks this one.
[[nodiscard]] std::error_code check_header(std::string_view name, std::string_view value) noexcept;

/// The fields of a head, or trailers: in their order, each as often as it was added, with names
/// compared regardless of case and kept as they were written.
///
/// 1. One buffer holds all bytes and one vector where each field lies in it, so that a head costs
///    no allocation once an object that is used again has grown; `clear()` keeps both.
/// 2. A head that was read is copied as a whole, with what stands between its fields. `remove` and
///    a `set` that takes fields out leave no gap: they move what is behind.
/// 3. A view that was handed out lives until the next change. Arguments may be such views.
class Headers {
 public:
  Headers() = default;

  /// Adds a field behind the others, whether or not there is one of that name.
  /// Fails as check_header does, and with kHeadTooLarge past 4 GiB; nothing is changed then.
  [[nodiscard]] std::error_code add(std::string_view name, std::string_view value);

  /// As `add`, for a parser that has looked at every byte itself. False past 4 GiB.
  [[nodiscard]] bool add_parsed(std::string_view name, std::string_view value);

  /// As `add_parsed`, of many fields at once: one copy of `text` for all of them. Each place lies
  /// in it, and they rise.
  [[nodiscard]] bool add_parsed(std::string_view text, std::span<const FieldPlace> places);

  /// Makes this the only field of its name, in the place of the first one that there was.
  /// Fails as `add` does; nothing is changed then.
  [[nodiscard]] std::error_code set(std::string_view name, std::string_view value);

  /// Takes all fields of that name out, and says how many there were.
  std::size_t remove(std::string_view name);

  /// Forgets all fields and keeps the memory.
  void clear() noexcept {
    bytes_.clear();
    fields_.clear();
  }

  /// All bytes that are held, in one piece: of a head that was read, its text, start line and all.
  std::string_view text() const noexcept { return bytes_; }

  bool empty() const noexcept { return fields_.empty(); }
  std::size_t size() const noexcept { return fields_.size(); }
  /// The field number `index`, from zero: there must be one.
  Header operator[](std::size_t index) const noexcept;

  /// The value of the first field of that name.
  std::optional<std::string_view> get(std::string_view name) const noexcept;
  /// The values of all fields of that name, in their order.
  std::vector<std::string_view> get_all(std::string_view name) const;
  bool has(std::string_view name) const noexcept { return get(name).has_value(); }
  std::size_t count(std::string_view name) const noexcept;

  /// Whether one of the fields of that name, each a comma-separated list, has the element `token`.
  bool has_token(std::string_view name, std::string_view token) const noexcept;

  /// The bytes that the fields take in a head, with ": " and CRLF.
  std::size_t encoded_bytes() const noexcept;

  /// The bytes of memory that are held for fields, whether there are any or not.
  std::size_t memory_bytes() const noexcept {
    return bytes_.capacity() + fields_.capacity() * sizeof(FieldPlace);
  }

  class Iterator {
   public:
    using value_type = Header;
    using difference_type = std::ptrdiff_t;

    Iterator() = default;
    Iterator(const Headers& headers, std::size_t index) : headers_(&headers), index_(index) {}

    Header operator*() const noexcept { return (*headers_)[index_]; }
    Iterator& operator++() noexcept {
      ++index_;
      return *this;
    }
    Iterator operator++(int) noexcept {
      const Iterator before = *this;
      ++index_;
      return before;
    }
    friend bool operator==(const Iterator&, const Iterator&) = default;

   private:
    const Headers* headers_ = nullptr;
    std::size_t index_ = 0;
  };

  Iterator begin() const noexcept { return {*this, 0}; }
  Iterator end() const noexcept { return {*this, fields_.size()}; }

  /// The same names, in the same case, and values in the same order.
  friend bool operator==(const Headers& a, const Headers& b);

 private:
  std::size_t find(std::string_view name, std::size_t from) const noexcept;
  void close_gaps() noexcept;

  std::string bytes_;
  std::vector<FieldPlace> fields_;  // in bytes_
};

static_assert(std::forward_iterator<Headers::Iterator>);

}  // namespace halo::http
