#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "core/rng.hpp"
#include "state/spikes.hpp"

/// Seeded inputs and numbers for tests.
namespace hetsyn::test {

inline RandomStream test_stream(std::uint64_t seed, std::uint32_t substream = 0) {
  return RandomStream(seed, RandomPurpose::test, substream);
}

/// Standard normal numbers.
template <class Real = double>
std::vector<Real> random_values(std::size_t count, std::uint64_t seed) {
  RandomStream random = test_stream(seed, 1);
  std::vector<Real> values(count);
  for (Real& value : values) value = static_cast<Real>(random.normal());
  return values;
}

/// A sample from its dense raster [T][N] of 0 and 1.
inline std::shared_ptr<const InputSample> events_from_raster(const std::vector<std::uint8_t>& raster, std::size_t steps,
                                                             std::size_t inputs) {
  auto sample = std::make_shared<InputSample>();
  sample->spikes.offsets.push_back(0);
  for (std::size_t i = 0; i < inputs; ++i) {
    for (std::size_t t = 0; t < steps; ++t) {
      if (raster[t * inputs + i] != 0) sample->spikes.steps.push_back(static_cast<std::uint32_t>(t));
    }
    sample->spikes.offsets.push_back(static_cast<std::uint32_t>(sample->spikes.steps.size()));
  }
  return sample;
}

/// Spikes that occur with probability `density` per channel and step.
inline std::shared_ptr<const InputSample> random_events(std::size_t steps, std::size_t inputs, double density,
                                                        RandomStream& random) {
  std::vector<std::uint8_t> raster(steps * inputs);
  for (std::uint8_t& spike : raster) spike = random.uniform() < density ? 1 : 0;
  return events_from_raster(raster, steps, inputs);
}

/// Values of standard deviation `scale` per channel and step.
inline std::shared_ptr<const InputSample> random_analog(std::size_t steps, std::size_t inputs, double scale,
                                                        RandomStream& random) {
  auto sample = std::make_shared<InputSample>();
  sample->analog.resize(steps * inputs);
  for (float& value : sample->analog) value = static_cast<float>(scale * random.normal());
  return sample;
}

struct BatchShape {
  InputKind kind = InputKind::events;
  std::size_t samples = 3, steps = 40, inputs = 20;
  double density = 0.1;  ///< probability of a spike; standard deviation of an analog value
};

inline InputBatch random_batch(const BatchShape& shape, std::uint64_t seed) {
  RandomStream random = test_stream(seed);
  InputBatch batch{shape.kind, shape.steps, shape.inputs, {}, {}};
  for (std::size_t b = 0; b < shape.samples; ++b) {
    batch.samples.push_back(shape.kind == InputKind::events
                                ? random_events(shape.steps, shape.inputs, shape.density, random)
                                : random_analog(shape.steps, shape.inputs, shape.density, random));
  }
  return batch;
}

}  // namespace hetsyn::test
