// The models that are built in, listed by hand: no registration hides in a static initialiser.
#include "models/aurora_quorum/factory.hpp"
#include "models/mysql_binlog/factory.hpp"
#include "sim/model/registry.hpp"

namespace writepath {

ModelRegistry builtin_models() { return {mysql_binlog_factory(), aurora_quorum_factory()}; }

}  // namespace writepath
