#pragma once
#include <cstdint>
#include <memory>
#include <vector>

#include "data/task_port.hpp"
#include "golden/golden_file.hpp"
#include "network/spec.hpp"
#include "state/spikes.hpp"

namespace hetsyn::test {

/// What a golden file gives the engine, in the engine's types.
struct GoldenCase {
  double dt_ms = 1.0;
  NetworkState state;  ///< structure by build_network() from the description, parameters from the file
  std::size_t steps = 0;
  InputKind kind = InputKind::events;
  std::vector<std::shared_ptr<const InputSample>> samples;
  std::vector<std::int32_t> labels;  ///< [samples], or empty
  std::vector<float> target;         ///< [samples][T][K], or empty
  std::vector<LossTerm> losses;

  /// The batch of these samples.
  [[nodiscard]] InputBatch batch(const std::vector<std::uint16_t>& indices) const;
  /// The batch of all samples.
  [[nodiscard]] InputBatch batch() const;
};

GoldenCase golden_case(const GoldenFile& file);

}  // namespace hetsyn::test
