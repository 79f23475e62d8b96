#include "run/recording_file.hpp"

#include <fmt/format.h>

#include "core/version.hpp"
#include "run/recording.hpp"

namespace hetsyn {
namespace {

constexpr std::uint32_t kVersion = 1;  // of the layout
constexpr std::size_t kGrowthBytes = std::size_t{1} << 22;

/// Makes the folder of a file and returns its path.
std::filesystem::path with_folder(const std::filesystem::path& path) {
  if (path.has_parent_path()) make_directories(path.parent_path());
  return path;
}

void write_facts(Hdf5Writer& file, const RecordingFacts& facts) {
  const auto text = [&](const char* name, const std::string& value) { file.write_text_attribute("/", name, value); };
  const auto count = [&](const char* name, std::uint64_t value) { file.write_attribute("/", name, value); };
  text("format", "hetsyn activity");
  file.write_attribute("/", "version", kVersion);
  text("engine", std::string(engine_version()));
  text("task", facts.task);
  text("data", facts.data);
  file.write_attribute<std::uint8_t>("/", "standin", facts.standin ? 1 : 0);
  text("checkpoint", facts.checkpoint);
  count("epoch", facts.epoch);
  count("step", facts.step);
  text("split", facts.split);
  count("seed", facts.seed);
  text("damage", facts.damage);
  file.write_attribute("/", "dt_ms", facts.dt_ms);
  count("steps", facts.steps);
  count("inputs", facts.inputs);
  count("outputs", facts.outputs);
  count("targets", facts.targets);
  file.write_texts("config", {&facts.config, 1});
  if (!facts.class_names.empty()) file.write_texts("class_names", facts.class_names);
  if (!facts.group_names.empty()) file.write_texts("group_names", facts.group_names);
}

/// Writes `<place>_step` and `<place>_<unit>`.
void write_spikes(Hdf5Writer& file, const std::string& place, const char* unit, const SpikeList& spikes) {
  file.write<std::uint32_t>(place + "_step", spikes.steps, {spikes.size()});
  file.write<std::uint32_t>(fmt::format("{}_{}", place, unit), spikes.units, {spikes.size()});
}

}  // namespace

RecordingFile::RecordingFile(const std::filesystem::path& path, const RecordingFacts& facts)
    : facts_(facts),
      unfinished_(with_folder(path), UnfinishedFile::Writers::several),
      file_(path.string(), kGrowthBytes) {
  unfinished_.write("");  // detects a folder that is not writable before the work
  write_facts(file_, facts_);
}

void RecordingFile::append(const Recording& recording) {
  const std::string place = fmt::format("recordings/{}/", recording.sample);
  if (facts_.analog) {
    file_.write<float>(place + "input", recording.analog, {facts_.steps, facts_.inputs});
  } else {
    write_spikes(file_, place + "input", "channel", recording.events);
  }
  for (const PopulationRecording& population : recording.populations) {
    const std::string group = fmt::format("{}populations/{}", place, population.name);
    write_spikes(file_, group + "/spike", "neuron", population.spikes);
    file_.write<float>(group + "/potential", population.potential, {facts_.steps, population.neurons});
    file_.write_attribute(group, "threshold", population.threshold);
  }
  file_.write<float>(place + "readout", recording.readout, {facts_.steps, facts_.outputs});
  if (facts_.targets > 0) file_.write<float>(place + "target", recording.target, {facts_.steps, facts_.targets});
  if (!recording.logits.empty()) file_.write<double>(place + "logits", recording.logits, {recording.logits.size()});
  samples_.push_back(recording.sample);
  indices_.push_back(recording.index);
  labels_.push_back(recording.label);
  groups_.push_back(recording.group);
  decisions_.push_back(recording.decision);
}

void RecordingFile::finish() {
  const Shape shape{samples_.size()};
  file_.write<std::uint64_t>("sample", samples_, shape);
  file_.write<std::uint64_t>("index", indices_, shape);
  file_.write<std::int32_t>("label", labels_, shape);
  file_.write<std::int32_t>("group", groups_, shape);
  file_.write<std::int32_t>("decision", decisions_, shape);
  unfinished_.write(file_.image());
  unfinished_.finish();
}

bool write_recordings(const PreparedEvaluation& evaluation, std::span<const std::size_t> samples,
                      const std::filesystem::path& file, const std::atomic<bool>& stop) {
  const std::vector<std::size_t> chosen = chosen_samples(evaluation, samples);  // before the file is begun
  RecordingFile recordings(file, recording_facts(evaluation));
  const auto append = [&](const Recording& recording) { recordings.append(recording); };
  if (!record_samples(evaluation, chosen, stop, append)) return false;
  recordings.finish();
  return true;
}

}  // namespace hetsyn
