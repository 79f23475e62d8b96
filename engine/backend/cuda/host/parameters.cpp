#include "backend/cuda/host/parameters.hpp"

#include <algorithm>
#include <cmath>

#include "backend/check.hpp"
#include "backend/parameter_store.hpp"

namespace hetsyn::cuda {

DeviceParameters::DeviceParameters(const ParameterLayout& layout, std::span<const float> initial,
                                   std::span<const std::uint8_t> trainable, Stream& stream)
    : layout_(layout), trainable_(layout.size), partial_squares_(kNormBlocks) {
  check_size("initial parameters", initial.size(), layout.size);
  check_size("mask of trainable elements", trainable.size(), layout.size);
  std::vector<std::uint8_t> mask(layout.size, 0);
  for (const ParameterGroup& group : layout_.groups) {
    const std::span<std::uint8_t> own = group_span(std::span(mask), group);
    if (group.trainable) std::ranges::copy(group_span(trainable, group), own.begin());
    trains_all_.push_back(std::ranges::all_of(own, [](std::uint8_t trains) { return trains != 0; }));
  }
  trainable_.upload(mask, stream);
  for (DeviceBuffer<float>& values : blocks_) {
    values = DeviceBuffer<float>(layout.size);
    values.zero(stream);
  }
  write(Block::parameters, initial, stream);
}

std::vector<MemoryUse> DeviceParameters::memory(const ParameterLayout& layout) {
  return ParameterStore<float>::memory(layout);  // the same arrays
}

float* DeviceParameters::group(Block which, std::size_t population, Field field) {
  const ParameterGroup* const found = layout_.find(population, field);
  return found == nullptr ? nullptr : block(which).data() + found->offset;
}

const std::uint8_t* DeviceParameters::trainable(std::size_t population, Field field) const {
  const ParameterGroup* const found = layout_.find(population, field);
  return found == nullptr ? nullptr : trainable_.data() + found->offset;
}

bool DeviceParameters::trains_all(std::size_t population, Field field) const {
  const ParameterGroup* const found = layout_.find(population, field);
  return found != nullptr && trains_all_[static_cast<std::size_t>(found - layout_.groups.data())];
}

void DeviceParameters::read(Block which, std::span<float> values, Stream& stream) const {
  check_size(block_name(which), values.size(), layout_.size);
  block(which).download(values, stream);
}

void DeviceParameters::write(Block which, std::span<const float> values, Stream& stream) {
  check_size(block_name(which), values.size(), layout_.size);
  block(which).upload(values, stream);
}

DecayGroups DeviceParameters::mapped_decays(const DecayMap& map, Stream& stream) const {
  if (map.is_identity()) return {};
  const std::span<DecayGroup> groups = decay_groups_.fill(layout_.groups.size());
  unsigned count = 0;
  for (const ParameterGroup& group : layout_.groups) {
    if (group.is_decay()) groups[count++] = {group.offset, group.count()};
  }
  decay_groups_.send(count, stream);
  return {decay_groups_.device().data(), count, map};
}

double DeviceParameters::gradient_norm(const DecayMap& decays, Stream& stream) const {
  const Gradients gradients{block(Block::gradients).data(), block(Block::parameters).data(), layout_.size};
  sum_squares(gradients, mapped_decays(decays, stream), partial_squares_.data(), stream);
  double sum = 0.0;
  partial_squares_.download({&sum, 1}, stream);
  return std::sqrt(sum);
}

void DeviceParameters::update(const OptimizerStep& step, Stream& stream) {
  check_size("optimizer constants", step.groups.size(), layout_.groups.size());
  const std::span<GroupStep> groups = steps_.fill(step.groups.size());
  std::size_t largest = 0;
  bool mapped = false;
  for (std::size_t g = 0; g < groups.size(); ++g) {
    const ParameterGroup& group = layout_.groups[g];
    groups[g] = {group.offset, group.count(), convert<float>(step.groups[g])};
    largest = std::max(largest, group.count());
    mapped |= !step.groups[g].decays.is_identity();
  }
  steps_.send(groups.size(), stream);
  const OptimizerBlocks blocks{block(Block::parameters).data(), block(Block::moment1).data(),
                               block(Block::moment2).data(), block(Block::gradients).data(), trainable_.data()};
  run_optimizer(step.kind, blocks, steps_.device().data(), static_cast<unsigned>(groups.size()), largest, mapped,
                stream);
}

}  // namespace hetsyn::cuda
