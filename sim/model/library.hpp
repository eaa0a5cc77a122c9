#pragma once
// What a shared library of models gives to `writepath --model-library`: a number, checked before
// anything of the library is called, and one function. In one of its source files:
//
//   WRITEPATH_MODEL_LIBRARY(registry) { registry.push_back(my_factory()); }
#include <cstddef>
#include <cstdint>

#include "sim/model/registry.hpp"

namespace writepath {

/// Raised by hand when the meaning of an interface changes and its layout does not.
inline constexpr std::uint64_t model_abi_version = 1;

namespace detail {
constexpr std::uint64_t layout_of(std::initializer_list<std::size_t> sizes) {
  std::uint64_t hash = 2166136261;  // FNV-1a
  for (const std::size_t size : sizes) hash = ((hash ^ size) * 16777619) & 0xffffffff;
  return hash;
}
}  // namespace detail

/// High half: the version; low half: the sizes of what a model and the program hand to each other,
/// so that headers of another version are found out even where nobody raised the number.
inline constexpr std::uint64_t model_abi =
    (model_abi_version << 32) | detail::layout_of({sizeof(ModelFactory),
                                                   sizeof(ModelContext),
                                                   sizeof(Scenario),
                                                   sizeof(ArchitectureSpec),
                                                   sizeof(NodeSpec),
                                                   sizeof(TransactionType),
                                                   sizeof(ServerSession),
                                                   sizeof(CommitBreakdown),
                                                   sizeof(World),
                                                   sizeof(Node),
                                                   sizeof(NodeConfig),
                                                   sizeof(Network),
                                                   sizeof(SmallClosure),
                                                   sizeof(Scope),
                                                   sizeof(EventQueue),
                                                   sizeof(Servers),
                                                   sizeof(DurableFile),
                                                   sizeof(StorageDevice),
                                                   sizeof(FactLog),
                                                   sizeof(Endpoints),
                                                   sizeof(detail::PromiseBase),
                                                   static_cast<std::size_t>(CommitPart::count_),
                                                   static_cast<std::size_t>(Traffic::count_),
                                                   static_cast<std::size_t>(Purpose::count_)});

}  // namespace writepath

extern "C" {
extern const std::uint64_t writepath_model_abi;
void writepath_register_models(writepath::ModelRegistry& registry);
}

#define WRITEPATH_MODEL_LIBRARY(registry)                         \
  const std::uint64_t writepath_model_abi = writepath::model_abi; \
  void writepath_register_models(writepath::ModelRegistry& registry)
