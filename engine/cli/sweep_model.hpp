#pragma once
#include "cli/options.hpp"
#include "host/plugin_host.hpp"
#include "sweep/directory.hpp"

namespace hetsyn::cli {

/// Shared by all models of a sweep.
struct SweepContext {
  const Options& options;
  const PluginHost& host;
  const SweepDirectory& directory;
  const SweepFile& sweep;
  int threads = 1;  ///< of each model, if the sweep does not set run.threads
};

/// Sets run.threads in a document that does not set it.
ConfigDocument with_threads(ConfigDocument document, int threads);

/// Trains a model unless that is done, evaluates its missing points, and records both. Each model needs a separate
/// process. Returns kExitSuccess, kExitFailure where the model or a point failed, or kExitInterrupted.
int work_on_model(const SweepContext& context, const SweepModel& model);

}  // namespace hetsyn::cli
