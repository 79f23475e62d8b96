#pragma once
#include "cli/options.hpp"
#include "config/config.hpp"
#include "core/communicator.hpp"
#include "host/plugin_host.hpp"

namespace hetsyn::cli {

/// Trains the config in `document`, together with the other ranks. `options` say what to do with an existing run and
/// how much to print. Returns the exit code of the program; throws hetsyn::Error.
int train_run(const Options& options, const ConfigDocument& document, const PluginHost& host, Communicator& ranks);

}  // namespace hetsyn::cli
