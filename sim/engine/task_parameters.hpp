#pragma once
// What a coroutine may take as parameters, checked when it is compiled. A coroutine outlives the
// expression that calls it, so a parameter that refers to a temporary dangles at the first wait,
// silently; and g++ 12 destroys a non-trivial aggregate passed by value twice.
#include <string_view>
#include <type_traits>

namespace writepath::detail {

/// The compiler's own name of a closure type: the language offers no other way to know one. Its
/// captures die with the closure, usually at the end of the statement that called it.
template <class T>
constexpr bool is_closure() {
  constexpr std::string_view name = __PRETTY_FUNCTION__;
#if defined(__clang__)
  return name.find("T = (lambda at ") != std::string_view::npos;
#else
  return name.find("<lambda") != std::string_view::npos;
#endif
}

template <class Parameter>
constexpr bool is_safe_parameter() {
  using Plain = std::remove_cvref_t<Parameter>;
  if constexpr (std::is_rvalue_reference_v<Parameter>) {
    return false;
  } else if constexpr (std::is_lvalue_reference_v<Parameter>) {
    return !std::is_const_v<std::remove_reference_t<Parameter>> && !is_closure<Plain>();
  } else {
    return !(std::is_aggregate_v<Plain> && !std::is_trivially_destructible_v<Plain>);
  }
}

}  // namespace writepath::detail
