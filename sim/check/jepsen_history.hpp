#pragma once
// The registers' history in the form of Jepsen's test harness: EDN, one operation a line, each once
// when it is invoked and once when it completes, in their order.
//   {:index 0, :type :invoke, :process 3, :f :write, :value [2 17], :time 12345}
// type     :invoke; :ok, it took place; :fail, it did not; :info, nobody knows
// process  one operation at a time; after :info a client goes on under another number
// value    [register value]; nil: not known yet, or never written
// time     ns since the run began
#include <cstdio>
#include <vector>

#include "sim/check/register_history.hpp"

namespace writepath {

/// `file` is borrowed and open for writing. False: some write failed, the file is incomplete.
bool write_jepsen_history(const std::vector<RegisterOperation>& history, std::FILE* file);

}  // namespace writepath
