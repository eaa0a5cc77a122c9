#pragma once
#include "sim/model/registry.hpp"

namespace writepath {

/// Amazon Aurora as its two papers describe it; see MODEL.md.
ModelFactory aurora_quorum_factory();

}  // namespace writepath
