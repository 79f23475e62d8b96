#include "training/checkpoint.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <hetsyn/exceptions.hpp>
#include <sstream>
#include <utility>

#include "base/files.hpp"
#include "training/sealed_file.hpp"

namespace hetsyn {
namespace {

constexpr std::array<std::pair<std::string_view, std::optional<EpochRecord> RunRecords::*>, 4> kRecords{{
    {"last", &RunRecords::last},
    {"best_validation", &RunRecords::best_validation},
    {"best_test", &RunRecords::best_test},
    {"provisional", &RunRecords::provisional},
}};
/// The blocks that are stored; each has its arrays by name: "parameters/hidden1.w".
constexpr std::array<std::pair<Block, AlignedVector<float> Checkpoint::*>, 3> kBlocks{{
    {Block::parameters, &Checkpoint::parameters},
    {Block::moment1, &Checkpoint::moment1},
    {Block::moment2, &Checkpoint::moment2},
}};

constexpr std::size_t kBesidesBlocks = 1 << 16;  // bytes for progress, records and the structure of the file

std::size_t blocks_bytes(const ParameterLayout& layout) { return kBlocks.size() * layout.size * sizeof(float); }

std::string joined_lines(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + '\n';
  return text;
}

std::vector<std::string> split_lines(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

void write_record(Hdf5Writer& file, const std::string& path, const EpochRecord& record) {
  file.write(path + "/epoch", record.epoch);
  file.write(path + "/step", record.step);
  file.write(path + "/learning_rate", record.learning_rate);
  std::vector<std::string> splits;
  for (const SplitMetrics& split : record.splits) {
    std::vector<std::string> names;
    std::vector<double> values;
    for (const NamedMetric& metric : split.metrics) {
      names.push_back(metric.name);
      values.push_back(metric.value);
    }
    file.write_text(fmt::format("{}/metrics/{}/names", path, split.split), joined_lines(names));
    file.write<double>(fmt::format("{}/metrics/{}/values", path, split.split), values, {values.size()});
    splits.push_back(split.split);
  }
  file.write_text(path + "/splits", joined_lines(splits));
}

/// Reads values and refuses those that are not finite, which no run records.
std::vector<double> read_finite(const Hdf5Reader& file, const std::string& path,
                                const std::optional<Shape>& shape = std::nullopt) {
  std::vector<double> values = file.read<double>(path, shape);
  const auto bad = std::find_if_not(values.begin(), values.end(), [](double value) { return std::isfinite(value); });
  if (bad == values.end()) return values;
  throw RunError(
      fmt::format("{}: {}[{}] = {}: expected a finite number", file.name(), path, bad - values.begin(), *bad));
}

double read_one_finite(const Hdf5Reader& file, const std::string& path) {
  return read_finite(file, path, Shape{1}).front();
}

EpochRecord read_record(const Hdf5Reader& file, const std::string& path) {
  EpochRecord record;
  record.epoch = file.read_one<std::uint64_t>(path + "/epoch");
  record.step = file.read_one<std::uint64_t>(path + "/step");
  record.learning_rate = read_one_finite(file, path + "/learning_rate");
  for (const std::string& name : split_lines(file.read_text(path + "/splits"))) {
    const auto names = split_lines(file.read_text(fmt::format("{}/metrics/{}/names", path, name)));
    const auto values = read_finite(file, fmt::format("{}/metrics/{}/values", path, name), Shape{names.size()});
    SplitMetrics split{name, {}};
    for (std::size_t m = 0; m < names.size(); ++m) split.metrics.push_back({names[m], values[m]});
    record.splits.push_back(std::move(split));
  }
  return record;
}

void write_progress(Hdf5Writer& file, const TrainingProgress& progress) {
  file.write("progress/seed", progress.seed);
  file.write("progress/epoch", progress.epoch);
  file.write("progress/step_in_epoch", progress.step_in_epoch);
  file.write("progress/step", progress.step);
  file.write("progress/evaluations_without_improvement", progress.evaluations_without_improvement);
  file.write("progress/learning_rate", progress.learning_rate);
  const EpochSums& sums = progress.sums;
  file.write("progress/sums/samples", sums.samples);
  file.write("progress/sums/loss", sums.loss);
  file.write<double>("progress/sums/metrics", sums.metrics, {sums.metrics.size()});
  file.write<double>("progress/sums/rates_hz", sums.rates_hz, {sums.rates_hz.size()});
  for (const auto& [name, member] : kRecords) {
    if (progress.records.*member) write_record(file, fmt::format("records/{}", name), *(progress.records.*member));
  }
}

TrainingProgress read_progress(const Hdf5Reader& file) {
  TrainingProgress progress;
  progress.seed = file.read_one<std::uint64_t>("progress/seed");
  progress.epoch = file.read_one<std::uint64_t>("progress/epoch");
  progress.step_in_epoch = file.read_one<std::uint64_t>("progress/step_in_epoch");
  progress.step = file.read_one<std::uint64_t>("progress/step");
  progress.evaluations_without_improvement = file.read_one<std::uint64_t>("progress/evaluations_without_improvement");
  progress.learning_rate = read_one_finite(file, "progress/learning_rate");
  progress.sums.samples = file.read_one<std::uint64_t>("progress/sums/samples");
  progress.sums.loss = read_one_finite(file, "progress/sums/loss");
  progress.sums.metrics = read_finite(file, "progress/sums/metrics");
  progress.sums.rates_hz = read_finite(file, "progress/sums/rates_hz");
  for (const auto& [name, member] : kRecords) {
    const std::string path = fmt::format("records/{}", name);
    if (file.has(path)) progress.records.*member = read_record(file, path);
  }
  if (progress.records.provisional) progress.records.provisional->provisional = true;
  return progress;
}

ValueRange valid_values(Block block, const ParameterGroup& group) {
  if (block == Block::parameters) return group.range;
  return block == Block::moment2 ? ValueRange{0.0} : ValueRange{};
}

void check_values(const std::string& path, Block block, const ParameterGroup& group, std::span<const float> values) {
  const ValueRange valid = valid_values(block, group);
  const auto bad = std::find_if_not(values.begin(), values.end(), [&](float value) { return valid.contains(value); });
  if (bad == values.end()) return;
  const auto index = static_cast<std::size_t>(bad - values.begin());
  throw RunError(fmt::format("{}: {}/{}[{}][{}] = {}: expected {}", path, block_name(block), group.name,
                             index / group.columns, index % group.columns, *bad, valid.text()));
}

AlignedVector<float> read_block(const Hdf5Reader& file, Block block, const ParameterLayout& layout) {
  const std::string& path = file.name();
  const std::string group_path(block_name(block));
  const std::size_t stored = file.size_of_group(group_path);
  if (stored != layout.groups.size()) {
    throw RunError(
        fmt::format("{}: the group {} holds {} arrays, but this network has {}: it is the checkpoint of "
                    "another network",
                    path, group_path, stored, layout.groups.size()));
  }
  AlignedVector<float> values(layout.size, 0.0f);
  for (const ParameterGroup& group : layout.groups) {
    const auto array = file.read<float>(fmt::format("{}/{}", group_path, group.name), Shape{group.rows, group.columns});
    check_values(path, block, group, array);
    std::copy(array.begin(), array.end(), values.begin() + static_cast<std::ptrdiff_t>(group.offset));
  }
  return values;
}

/// `trained`: moments, progress and records as well.
Checkpoint read_content(const Hdf5Reader& file, const ParameterLayout& layout, bool trained) {
  check_version(file);
  Checkpoint checkpoint;
  checkpoint.file = file.name();
  checkpoint.config = file.read_text("config");
  if (!trained) {
    checkpoint.parameters = read_block(file, Block::parameters, layout);
    return checkpoint;
  }
  checkpoint.data = file.read_text("data");
  if (file.has("initial")) checkpoint.initial = file.read_text("initial");
  for (const auto& [block, member] : kBlocks) checkpoint.*member = read_block(file, block, layout);
  checkpoint.progress = read_progress(file);
  return checkpoint;
}

}  // namespace

void write_checkpoint(const std::string& path, const ParameterLayout& layout, const Checkpoint& checkpoint) {
  Hdf5Writer file(path, blocks_bytes(layout) + kBesidesBlocks);
  write_version(file);
  file.write_text("config", checkpoint.config);
  file.write_text("data", checkpoint.data);
  if (!checkpoint.initial.empty()) file.write_text("initial", checkpoint.initial);
  for (const auto& [block, member] : kBlocks) {
    const std::span<const float> values(checkpoint.*member);
    for (const ParameterGroup& group : layout.groups) {
      file.write<float>(fmt::format("{}/{}", block_name(block), group.name), group_span(values, group),
                        {group.rows, group.columns});
    }
  }
  write_progress(file, checkpoint.progress);
  write_sealed(path, file);
}

std::size_t checkpoint_bytes(const ParameterLayout& layout) {
  return 3 * blocks_bytes(layout);  // in Checkpoint, in the HDF5 file in memory, and in its image
}

Checkpoint read_checkpoint(const std::string& path, const ParameterLayout& layout) {
  return parse_checkpoint(path, read_file(path), layout);
}

Checkpoint read_checkpoint_or_parameters(const std::string& path, const ParameterLayout& layout) {
  const Hdf5Reader file(path, without_seal(path, read_file(path)));
  return read_content(file, layout, file.has("progress"));
}

Checkpoint parse_checkpoint(const std::string& path, std::string bytes, const ParameterLayout& layout) {
  return read_content(Hdf5Reader(path, without_seal(path, std::move(bytes))), layout, true);
}

std::string read_checkpoint_config(const std::string& path) {
  const Hdf5Reader file(path, without_seal(path, read_file(path)));
  check_version(file);
  return file.read_text("config");
}

NetworkEnds read_network_ends(const std::string& path, std::span<const std::size_t> hidden) {
  const Hdf5Reader file(path, without_seal(path, read_file(path)));
  check_version(file);
  const std::string group(block_name(Block::parameters));
  const std::string readout = group + "/readout.w";
  NetworkEnds ends{file.read<float>(group + "/hidden1.w").size() / hidden.front(), hidden.back(), file.has(readout)};
  if (ends.readout) ends.outputs = file.read<float>(readout).size() / hidden.back();
  return ends;
}

}  // namespace hetsyn
