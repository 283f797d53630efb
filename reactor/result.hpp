#pragma once

#include <system_error>
#include <utility>
#include <variant>

#include "reactor/check.hpp"

namespace halo {

/// A value, or the reason why there is none: the part of `std::expected<T, std::error_code>` that
/// halo uses, until every supported compiler has that one.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}  // as expected's, implicit

  Result(std::error_code error) : state_(std::in_place_index<1>, error) {
    HALO_CHECK(error, "a failed Result needs an error");
  }

  template <class Enum>
  requires std::is_error_code_enum_v<Enum> Result(Enum error) : Result(make_error_code(error)) {}

  bool has_value() const noexcept { return state_.index() == 0; }
  explicit operator bool() const noexcept { return has_value(); }

  /// The value. Checked: there must be one.
  T& value() & { return checked(); }
  T&& value() && { return std::move(checked()); }
  const T& value() const& { return const_cast<Result*>(this)->checked(); }

  T& operator*() & { return checked(); }
  T&& operator*() && { return std::move(checked()); }
  const T& operator*() const& { return value(); }
  T* operator->() { return &checked(); }
  const T* operator->() const { return &value(); }

  /// The reason; an error_code of zero when there is a value.
  std::error_code error() const noexcept {
    const std::error_code* error = std::get_if<1>(&state_);
    return error == nullptr ? std::error_code{} : *error;
  }

 private:
  T& checked() {
    T* value = std::get_if<0>(&state_);
    HALO_CHECK(value != nullptr, "value() of a failed Result");
    return *value;
  }

  std::variant<T, std::error_code> state_;
};

}  // namespace halo
