#pragma once
// Models with one rule broken each, for tests that checks must catch them. No scenario that a
// user writes can name them: they are in no program's registry.
#include "sim/model/registry.hpp"

namespace writepath::test {

/// aurora_acks_at_3_of_6, aurora_vdl_past_vcl, aurora_no_epoch_check.
ModelRegistry broken_aurora();
/// mysql_forgets_relay_log, mysql_promotes_least_advanced.
ModelRegistry broken_mysql();

/// The built-in models and all broken ones.
ModelRegistry all_models();

}  // namespace writepath::test
