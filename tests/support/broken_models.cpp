#include "tests/support/broken_models.hpp"

#include <memory>
#include <string>

#include "models/aurora_quorum/factory.hpp"
#include "models/aurora_quorum/options.hpp"

namespace writepath::test {

namespace {

ModelFactory broken(aurora::Broken rule, const std::string& name) {
  ModelFactory factory = aurora_quorum_factory();
  factory.entry.name = name;
  factory.entry.make_options = [rule] {
    auto options = std::make_shared<aurora::Options>();
    options->broken = rule;
    return options;
  };
  return factory;
}

}  // namespace

ModelRegistry broken_aurora() {
  using aurora::Broken;
  return {broken(Broken::acks_at_3_of_6, "aurora_acks_at_3_of_6"),
          broken(Broken::vdl_past_vcl, "aurora_vdl_past_vcl"),
          broken(Broken::no_epoch_check, "aurora_no_epoch_check")};
}

ModelRegistry all_models() {
  ModelRegistry registry = builtin_models();
  for (ModelFactory& factory : broken_aurora()) registry.push_back(std::move(factory));
  return registry;
}

}  // namespace writepath::test
