#pragma once
#include <cstdint>
#include <ostream>
#include <span>
#include <string>
#include <vector>

#include "backend/backend.hpp"
#include "backend/cases.hpp"

/// The table of losses that a backend may compute itself.
namespace hetsyn::test {

struct LossCase {
  std::string name;
  std::vector<LossTerm> terms;
  std::size_t outputs = 20, steps = 40, samples = 3;
  bool spiking = false;
  float readout_scale = 0.2F;  ///< of the readout's weights: potentials of about 1
};

inline const LossTerm kSoftmaxSum{LossKind::softmax_sum, 0.7, 0.0}, kSkipping{LossKind::softmax_sum, 1.0, 11.0},
    kLastStep{LossKind::last_step, 1.3, 0.0}, kSpikeCount{LossKind::spike_count, 1.0, 0.0},
    kScaledCount{LossKind::spike_count, 1.5, 4.0}, kTrace{LossKind::trace_mse, 2.0, 0.0},
    kRate{LossKind::rate, 0.3, 12.0};

inline constexpr double kStepMs = 2.0;

std::ostream& operator<<(std::ostream& out, const LossCase& c);

/// All cases of at most so many outputs · steps · samples.
std::vector<LossCase> loss_cases(std::size_t most);

NetworkState make_state(const LossCase& c);
InputBatch make_batch(const LossCase& c);

/// Labels and target of a batch.
struct Wanted {
  std::vector<std::int32_t> labels;  ///< [B]
  std::vector<float> target;         ///< [B][T][K]

  explicit Wanted(const LossCase& c);
  [[nodiscard]] BatchLosses losses(std::span<const LossTerm> terms) const { return {terms, labels, target, kStepMs}; }
};

}  // namespace hetsyn::test
