#pragma once
#include "sim/model/registry.hpp"

namespace writepath {

ModelFactory mysql_binlog_factory();

}  // namespace writepath
