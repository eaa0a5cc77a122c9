#include "tests/support/broken_models.hpp"

#include <memory>
#include <string>

#include "models/aurora_quorum/factory.hpp"
#include "models/aurora_quorum/options.hpp"
#include "models/mysql_binlog/factory.hpp"
#include "models/mysql_binlog/options.hpp"

namespace writepath::test {

namespace {

template <class Options, class Rule>
ModelFactory broken(ModelFactory factory, Rule rule, const std::string& name) {
  factory.entry.name = name;
  factory.entry.make_options = [rule] {
    auto options = std::make_shared<Options>();
    options->broken = rule;
    return options;
  };
  return factory;
}

ModelFactory broken(aurora::Broken rule, const std::string& name) {
  return broken<aurora::Options>(aurora_quorum_factory(), rule, name);
}
ModelFactory broken(mysql::Broken rule, const std::string& name) {
  return broken<mysql::Options>(mysql_binlog_factory(), rule, name);
}

}  // namespace

ModelRegistry broken_aurora() {
  using aurora::Broken;
  return {broken(Broken::acks_at_3_of_6, "aurora_acks_at_3_of_6"),
          broken(Broken::vdl_past_vcl, "aurora_vdl_past_vcl"),
          broken(Broken::no_epoch_check, "aurora_no_epoch_check"),
          broken(Broken::frees_rows_before_undo, "aurora_frees_rows_before_undo"),
          broken(Broken::undoes_a_commit, "aurora_undoes_a_commit")};
}

ModelRegistry broken_mysql() {
  using mysql::Broken;
  return {broken(Broken::forgets_relay_log, "mysql_forgets_relay_log"),
          broken(Broken::promotes_least_advanced, "mysql_promotes_least_advanced")};
}

ModelRegistry all_models() {
  ModelRegistry registry = builtin_models();
  for (ModelFactory& factory : broken_aurora()) registry.push_back(std::move(factory));
  for (ModelFactory& factory : broken_mysql()) registry.push_back(std::move(factory));
  return registry;
}

}  // namespace writepath::test
