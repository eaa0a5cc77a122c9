#pragma once
// The options of `writepath trace`.
#include <boost/program_options.hpp>

#include "sim/cli/options.hpp"

namespace writepath::cli {

void describe_tracing(boost::program_options::options_description& all);
/// After the options that commands share. Throws UsageError.
void take_tracing(const boost::program_options::variables_map& values, Options& options);

/// What help says after the options.
std::string about_tracing();

}  // namespace writepath::cli
