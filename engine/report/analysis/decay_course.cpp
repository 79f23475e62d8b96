#include "report/analysis/decay_course.hpp"

#include <fmt/format.h>

#include <hetsyn/exceptions.hpp>
#include <utility>

#include "config/config.hpp"
#include "run/run_directory.hpp"
#include "run/saved_network.hpp"
#include "training/checkpoint.hpp"

namespace hetsyn {
namespace {

namespace fs = std::filesystem;

fs::path checkpoint_of(const fs::path& run, const std::string& name) {
  if (!is_run_directory(run)) {
    throw UsageError(fmt::format("{}: is not a run directory (it has no config.toml)", run.string()));
  }
  fs::path checkpoint = checkpoint_file(run, name);
  if (!fs::exists(checkpoint)) {
    throw UsageError(fmt::format("{}: no such checkpoint; expected --checkpoint best or last", checkpoint.string()));
  }
  return checkpoint;
}

}  // namespace

DecayCourse read_course(const fs::path& run, const std::string& name) {
  const fs::path checkpoint = checkpoint_of(run, name);
  const RunConfig config = config_without_task(read_toml_file((run / "config.toml").string()), checkpoint.string());
  DecayCourse course{build_network(config.model, config.train.seed),
                     {config.model.dt_ms, config.train.optimizer.decay_min, config.train.optimizer.decay_max},
                     {}};
  course.moments[0] = {0, course.network.parameters};
  bool given = false;  // the run did not start from what the seed draws
  std::vector<fs::path> files = snapshot_files(run);
  files.push_back(checkpoint);
  Checkpoint kept;
  for (const fs::path& file : files) {
    kept = read_checkpoint(file.string(), course.network.layout);
    given = given || !kept.initial.empty();
    course.moments[kept.progress.step] = {kept.progress.epoch, std::move(kept.parameters)};
  }
  if (given && !fs::exists(checkpoint_file(run, "step-0"))) course.moments.erase(0);
  // The requested checkpoint is the end of the course.
  course.moments.erase(course.moments.upper_bound(kept.progress.step), course.moments.end());
  return course;
}

DecaySelection select_all(const ParameterGroup& group, const PopulationLayout& population) {
  DecaySelection selection{group.name, &group, {}};
  const bool without_diagonal = has_self_connections(group, population) && !population.autapses;
  for (std::size_t i = 0; i < group.count(); ++i) {
    if (without_diagonal && i / group.columns == i % group.columns) continue;
    selection.elements.push_back(group.offset + i);
  }
  return selection;
}

std::vector<float> values_of(const DecaySelection& selection, std::span<const float> parameters) {
  std::vector<float> values;
  values.reserve(selection.elements.size());
  for (const std::size_t element : selection.elements) values.push_back(parameters[element]);
  return values;
}

}  // namespace hetsyn
