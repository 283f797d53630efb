#pragma once

#include <cstddef>
#include <cstring>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>

#include "reactor/check.hpp"

namespace halo {

template <class Signature>
class UniqueFunction;

/// A callable that is moved, never copied. Closures of up to four words stay inside, so that
/// posting a task or arming a timer allocates nothing; larger ones go to the heap.
template <class R, class... Args>
class UniqueFunction<R(Args...)> {
 public:
  static constexpr std::size_t kInlineBytes = 4 * sizeof(void*);

  UniqueFunction() noexcept = default;
  UniqueFunction(std::nullptr_t) noexcept {}

  template <class F>
  requires(!std::is_same_v<std::remove_cvref_t<F>, UniqueFunction> &&
           std::is_invocable_r_v<R, std::remove_cvref_t<F>&, Args...>)
      UniqueFunction(F&& callable) {
    using Callable = std::remove_cvref_t<F>;
    if constexpr (fits_inside<Callable>()) {
      ::new (static_cast<void*>(storage_)) Callable(std::forward<F>(callable));
      operations_ = &kInside<Callable>;
    } else {
      ::new (static_cast<void*>(storage_)) Callable*(new Callable(std::forward<F>(callable)));
      operations_ = &kOnHeap<Callable>;
    }
  }

  UniqueFunction(UniqueFunction&& other) noexcept { take(other); }

  UniqueFunction& operator=(UniqueFunction&& other) noexcept {
    if (this != &other) {
      reset();
      take(other);
    }
    return *this;
  }

  UniqueFunction(const UniqueFunction&) = delete;
  UniqueFunction& operator=(const UniqueFunction&) = delete;
  ~UniqueFunction() { reset(); }

  explicit operator bool() const noexcept { return operations_ != nullptr; }

  R operator()(Args... args) {
    HALO_CHECK(operations_ != nullptr, "an empty UniqueFunction was called");
    return operations_->invoke(storage_, std::forward<Args>(args)...);
  }

 private:
  struct Operations {
    R (*invoke)(void* storage, Args&&... args);
    // Null for what moves as bytes and needs no destructor: captures of ids, numbers, pointers.
    void (*move_to)(void* from, void* to) noexcept;  // leaves nothing to destroy behind
    void (*destroy)(void* storage) noexcept;
  };

  template <class Callable>
  static constexpr bool fits_inside() {
    return sizeof(Callable) <= kInlineBytes && alignof(Callable) <= alignof(void*) &&
           std::is_nothrow_move_constructible_v<Callable>;
  }

  template <class Callable>
  static Callable& inside(void* storage) noexcept {
    return *std::launder(static_cast<Callable*>(storage));
  }

  template <class Callable>
  static constexpr Operations inside_operations() {
    Operations operations{
        [](void* storage, Args&&... args) -> R {
          return static_cast<R>(inside<Callable>(storage)(std::forward<Args>(args)...));
        },
        nullptr, nullptr};
    if constexpr (!std::is_trivially_copyable_v<Callable>) {
      operations.move_to = [](void* from, void* to) noexcept {
        ::new (to) Callable(std::move(inside<Callable>(from)));
        inside<Callable>(from).~Callable();
      };
      operations.destroy = [](void* storage) noexcept { inside<Callable>(storage).~Callable(); };
    }
    return operations;
  }

  template <class Callable>
  static constexpr Operations kInside = inside_operations<Callable>();

  template <class Callable>
  static constexpr Operations kOnHeap{
      [](void* storage, Args&&... args) -> R {
        return static_cast<R>((*inside<Callable*>(storage))(std::forward<Args>(args)...));
      },
      nullptr,  // a pointer
      [](void* storage) noexcept { delete inside<Callable*>(storage); }};

  void take(UniqueFunction& other) noexcept {
    if (other.operations_ != nullptr) {
      if (other.operations_->move_to == nullptr) {
        std::memcpy(storage_, other.storage_, kInlineBytes);
      } else {
        other.operations_->move_to(other.storage_, storage_);
      }
      operations_ = std::exchange(other.operations_, nullptr);
    }
  }

  void reset() noexcept {
    if (operations_ != nullptr) {
      const Operations* const operations = std::exchange(operations_, nullptr);
      if (operations->destroy != nullptr) {
        operations->destroy(storage_);
      }
    }
  }

  const Operations* operations_ = nullptr;
  alignas(void*) std::byte storage_[kInlineBytes];
};

}  // namespace halo
